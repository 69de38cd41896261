#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/check.h"

// What the checks of image references share.

namespace plimsoll::checks {

// An image that a build pulls: written in FROM, in --from of COPY, or in from= of a RUN mount.
struct ImageUse {
    const docker::Instruction* instruction = nullptr;   // the inner one of an ONBUILD
    Text written;
    docker::Reference image;

    // Place of a part of the reference; all that is written when a variable or quotes stand between.
    Span place(docker::Reference::Part part) const { return written.value == image.text ? written.place(part.begin, part.end) : written.span; }
    // Names the ARG defaults that make up the reference.
    Draft explain(const docker::Dockerfile& file, Draft draft) const {
        for (const docker::VariableReference& variable : file.references(written)) {
            const docker::Variable found = file.lookup(variable.name.value, *instruction);
            if (found.set_by && found.value) draft.related(found.name.span, "makes the image " + quote(image.text));
        }
        return draft;
    }
};

// The images of FROM: no stages, no scratch, nothing that depends on an unknown value.
inline std::vector<ImageUse> base_images(const docker::Dockerfile& file) {
    std::vector<ImageUse> found;
    for (const docker::Stage& stage : file.stages())
        if (stage.image) found.push_back({stage.from, stage.base, *stage.image});
    return found;
}

// The images of COPY --from and RUN --mount=from=, whose values the builder takes as they are written. Names of stages (all of
// the file, as the builder looks them up), numbers and what is no reference are left out.
inline std::vector<ImageUse> copied_images(const docker::Dockerfile& file) {
    std::vector<ImageUse> found;
    auto add = [&](const docker::Instruction& at, const Text& value) {
        const bool number = value.value.find_first_not_of("0123456789") == std::string_view::npos;
        if (number || value == "scratch" || value == "context" || file.stage_named(value.value)) return;
        if (auto image = docker::parse_reference(value.value)) found.push_back({&at, value, std::move(*image)});
    };
    for (const docker::Instruction& outer : file.instructions()) {
        const docker::Instruction& in = outer.trigger ? *outer.trigger : outer;
        if (in.flags.empty()) continue;
        if (auto from = in.from()) add(in, *from);
        if (in.keyword != docker::Keyword::run) continue;
        for (const docker::Mount& mount : in.mounts())
            if (const docker::MountField* field = mount.field("from")) add(in, field->value);
    }
    return found;
}

// Whether a pattern takes the text; a '*' at its start or end stands for anything.
inline bool wildcard(std::string_view pattern, std::string_view text) {
    const bool front = pattern.starts_with('*'), back = pattern.size() > 1 && pattern.ends_with('*');
    if (front) pattern.remove_prefix(1);
    if (back) pattern.remove_suffix(1);
    if (front && back) return text.find(pattern) != std::string_view::npos;
    if (front) return text.ends_with(pattern);
    return back ? text.starts_with(pattern) : text == pattern;
}

// Whether one of the patterns takes the image by its familiar name ("alpine", "ghcr.io/a/b").
inline bool listed(const std::vector<std::string>& patterns, const docker::Reference& image) {
    if (patterns.empty()) return false;
    const std::string name = image.familiar();
    for (const std::string& pattern : patterns)
        if (wildcard(pattern, name)) return true;
    return false;
}

// The name as written, without tag and digest.
inline std::string bare_name(const docker::Reference& image) { return image.text.substr(0, image.name_end()); }

}
