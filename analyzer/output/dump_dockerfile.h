#pragma once

#include <string>
#include <string_view>

namespace plimsoll::docker {
class Dockerfile;
}

namespace plimsoll {

// What BuildKit's parser makes of the file, as one JSON object on one line (without a line end): `plimsoll dump dockerfile`.
std::string dump_dockerfile(const docker::Dockerfile& file, std::string_view path);

}
