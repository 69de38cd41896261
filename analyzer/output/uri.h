#pragma once

#include <string>
#include <string_view>

namespace plimsoll::output {

// Percent-encodes everything that is not unreserved or '/'.
std::string encode_uri_path(std::string_view path);
std::string decode_uri(std::string_view text);

// "file:///a%20b" from an absolute path.
std::string file_uri(std::string_view absolute_path);

// Joins and removes "." and ".." without looking at the disk.
std::string absolute_path(std::string_view folder, std::string_view path);

// Path below `folder` (absolute, normalised); empty when it is not below.
std::string_view below(std::string_view folder, std::string_view path);

}
