#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/severity.h"
#include "analyzer/text/edit.h"

namespace plimsoll::kubernetes {
class Object;
}

namespace plimsoll {

struct Check;

struct Related {
    std::string path;
    Span span;
    std::string message;
};

// Why a finding is not shown.
struct Silenced {
    std::string by;   // "hadolint comment", "configuration", ...
    std::string reason;
    std::string until;
};

// How an object is called; shared by all findings in it.
struct ObjectName {
    std::string api_version, kind, name_space, name;
};

struct Finding {
    const Check* check = nullptr;
    std::string path;
    Span span;                  // smallest text that is wrong; empty at an insertion point
    std::uint32_t anchor = 0;   // first byte of the instruction or object
    std::string message;
    Severity severity = Severity::medium;
    std::string stage;                          // Dockerfile stage, by name or index; empty when none
    std::shared_ptr<const ObjectName> object;   // null outside manifests
    std::string container;
    const kubernetes::Object* subject = nullptr;   // only while the checks run; `object` afterwards
    std::string field;                             // instruction argument or path in the object
    std::vector<std::string_view> aliases;         // peers' ids of this very condition; views into the check
    std::vector<Related> related;
    std::optional<Fix> fix;
    std::string fingerprint;   // set by analyze()
    std::optional<Silenced> silenced;
};

}
