#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/engine/discover.h"

namespace plimsoll {

// What lies around files that were named one by one.
struct Project {
    std::vector<Input> around;   // manifests and kustomization files beside the inputs, sorted by path; none of the inputs
    bool complete = true;        // all of the application has been found: what is in neither list does not exist
};

// Folders that were named are the whole application: nothing is added to them. Manifests that were named alone are read with the Git repository
// they lie in; outside of one, or when it is larger than a hook may read, with the others of their own folder, and what may lie elsewhere is
// unknown. Dockerfiles need no manifests. `inputs` are sorted by path.
Project project_around(const FileSystem& files, const std::vector<Input>& inputs, const Configuration& configuration);

// The manifests of a folder and all below it; when it is too large for a project none, and not complete.
Project project_in(const FileSystem& files, const std::string& folder, const Configuration& configuration);
// Those of the folder alone. Never complete.
Project project_beside(const FileSystem& files, const std::string& folder, const Configuration& configuration);

// The topmost folder of the Git repository that holds the folder, absolute where the file system has a working folder; nullopt outside of one.
std::optional<std::string> repository_of(const FileSystem& files, const std::string& folder);

}
