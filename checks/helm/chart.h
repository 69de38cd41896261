#pragma once

#include <string_view>

#include "analyzer/engine/context.h"
#include "analyzer/engine/kubernetes_check.h"
#include "checks/helm/version.h"

// What the checks of charts share.

namespace plimsoll::checks {

using JudgeChart = void (*)(yaml::Node chart, Reporter& report);

// Runs a function on what a Chart.yaml says.
template <JudgeChart judge>
constexpr Runner on_charts() {
    return on_manifests([](const kubernetes::Manifest& file, Reporter& report) {
        if (file.file_class() != kubernetes::FileClass::helm_chart) return;
        for (const yaml::Document& document : file.stream().documents()) {
            if (!document.root) continue;
            if (document.root.is_mapping()) judge(document.root, report);
            return;
        }
    });
}

inline bool is_library(yaml::Node chart) { return chart["type"].text_or_empty() == "library"; }

// Something that the chart as a whole lacks: marks its name.
inline Draft at_chart(yaml::Node chart, Reporter& report, std::string message) {
    return chart["name"] ? report.at(chart["name"], std::move(message)) : report.at(chart.head(), std::move(message));
}

// The template that a document was rendered from: "shop/templates/web.yaml"; "" for what Helm did not render.
inline std::string_view template_of(const kubernetes::Object& object) { return object.manifest().rendered_from(object.document()); }

// From a chart's folder: "crds", "templates".
inline bool rendered_from_folder(const kubernetes::Object& object, std::string_view folder) {
    const std::string_view path = template_of(object);
    const std::size_t at = path.find(folder);
    return at != std::string_view::npos && at > 0 && path[at - 1] == '/' && path.substr(at + folder.size()).starts_with('/');
}

}
