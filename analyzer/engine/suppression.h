#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/text/span.h"

namespace plimsoll::docker {
class Dockerfile;
struct Instruction;
}

namespace plimsoll::kubernetes {
class Manifest;
}

namespace plimsoll {

class Registry;
struct Settings;

// One suppression comment, directive, annotation or label, with the exact scope of its own dialect.
struct Suppression {
    std::string dialect;                 // "plimsoll", "hadolint", "buildkit", "dockerfile-utils", "shellcheck", "trivy", "checkov", "kics", "semgrep", "sonar"
    std::string_view form = "comment";   // or "annotation", "label"
    Span span;                           // the comment or the key
    struct Id {
        std::string text;   // as written
        Span span;
        std::string peer;    // "hadolint:DL3008", or own id; "*" for all (of that tool)
        bool known = true;   // some check answers to it (ids removed by the peer count as known)
        mutable bool used = false;
    };
    std::vector<Id> ids;
    std::vector<Span> scope;           // findings whose anchor or start lies in one of these are silenced
    std::string reason, until;         // until: YYYY-MM-DD, "" without
    std::string malformed;             // what is wrong with it; a malformed suppression silences nothing
    std::string no_effect;             // why its own tool takes no notice of it where it stands or as it is written
    std::vector<std::string> except;   // with id "*": what stays reported (KICS enable=)
    Span line;                         // what to remove with the comment: its whole line when it stands alone, else the comment

    // Its last day lies before `today`; never without either date.
    bool expired(std::string_view today) const { return !until.empty() && !today.empty() && until < today; }
    bool active(std::string_view today) const { return malformed.empty() && no_effect.empty() && !expired(today); }
};

// All suppressions of a Dockerfile in order.
std::vector<Suppression> suppressions_of(const docker::Dockerfile& file, const Registry& registry, const Settings& settings);

// All suppressions of a manifest: comments and annotations, in order.
std::vector<Suppression> suppressions_of(const kubernetes::Manifest& file, const Registry& registry, const Settings& settings);

// Marks findings that a suppression or an `ignore` rule of the configuration silences (Finding::silenced).
void silence(std::vector<Finding>& findings, const std::vector<Suppression>& suppressions, const Settings& settings, const Registry& registry);

// Findings of the checks unused-suppression (and its kin) about the suppressions themselves; to be called after silence().
// An id whose check did not run (off, other profile) is not reported as unused.
void judge_suppressions(const std::vector<Suppression>& suppressions, const std::string& path, bool in_dockerfile, const Settings& settings,
                        const Registry& registry, std::vector<Finding>& out);

}
