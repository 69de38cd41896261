#include "tests/fuzz/law.h"

#include <cstdio>
#include <cstdlib>

namespace plimsoll::fuzz {

void law(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "law broken: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

}
