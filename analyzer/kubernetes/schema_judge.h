#pragma once

#include <vector>

#include "analyzer/kubernetes/custom_schema.h"
#include "analyzer/kubernetes/pattern.h"

namespace plimsoll::kubernetes {

// What the API server says of a custom resource by its schema.
void judge_by_schema(const Object& object, const CustomSchema& schema, Patterns& patterns, std::vector<CustomFault>& out);

}
