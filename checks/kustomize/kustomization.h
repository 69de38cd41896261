#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/engine/kubernetes_check.h"

// What the checks of kustomization.yaml share.

namespace plimsoll::checks {

using JudgeKustomization = void (*)(const kubernetes::Manifest& file, yaml::Node root, Reporter& report);

// Runs a function on each kustomization of a file.
template <JudgeKustomization judge>
constexpr Runner on_kustomizations() {
    return on_manifests([](const kubernetes::Manifest& file, Reporter& report) {
        if (file.file_class() != kubernetes::FileClass::kustomization) return;
        for (const yaml::Document& document : file.stream().documents())
            if (document.root.is_mapping()) judge(file, document.root, report);
    });
}

// The path names something that kustomize would fetch.
inline bool is_remote(std::string_view path) {
    static constexpr std::string_view hosts[] = {"git@", "git::", "gh:", "github.com/", "gitlab.com/", "bitbucket.org/"};
    return path.find("://") != std::string_view::npos || path.find(".git/") != std::string_view::npos || path.ends_with(".git") ||
           path.find("?ref=") != std::string_view::npos ||
           std::any_of(std::begin(hosts), std::end(hosts), [&](std::string_view host) { return path.starts_with(host); });
}

// Fields whose items are paths of kustomizations or of manifests.
inline constexpr std::array<std::string_view, 3> accumulated_fields = {"resources", "components", "bases"};

}
