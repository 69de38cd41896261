#pragma once

#include <string>

#include "analyzer/text/source.h"

namespace plimsoll {

// What kubectl would decode of a file, one JSON object on a line for each document that is not empty: `plimsoll dump documents`.
std::string dump_documents(const Source& source);

}
