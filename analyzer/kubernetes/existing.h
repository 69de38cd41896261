#pragma once

#include <string_view>
#include <vector>

#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

// Every cluster has it, or those who run the cluster may have put it there: a system namespace, role or priority class.
bool exists_everywhere(std::string_view kind, std::string_view name, std::string_view in_namespace);

// Names of Secrets that a controller makes from a custom object (a SealedSecret, an ExternalSecret, a Certificate).
std::vector<std::string_view> secrets_made_by(const Object& object);

}
