#pragma once

#include <vector>

#include "analyzer/engine/suppression.h"

namespace plimsoll::kubernetes {
class Object;
}

// Inside of suppression.h: annotations and labels of an object that silence findings in it.

namespace plimsoll::suppressing {

void read_object(const kubernetes::Object& object, const Registry& registry, std::vector<Suppression>& out);

// An id as a user wrote it; `tool` empty: own ids and peers' ids of any form.
Suppression::Id make_id(const Registry& registry, std::string_view tool, std::string_view text, Span span);

}
