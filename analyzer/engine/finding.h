#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/alias_set.h"
#include "analyzer/engine/severity.h"
#include "analyzer/text/boxed.h"
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

// A large run holds a hundred thousand of these: what is mostly empty lies on the heap.
struct Finding {
    const Check* check = nullptr;
    std::string_view path;      // of its Source, which FileResult keeps
    Span span;                  // smallest text that is wrong; empty at an insertion point
    std::uint32_t anchor = 0;   // first byte of the instruction or object
    std::string message;
    Severity severity = Severity::medium;
    std::string part;                              // of a Dockerfile its stage, by name or index; of an object the container; may be empty
    std::shared_ptr<const ObjectName> object;      // null outside manifests
    const kubernetes::Object* subject = nullptr;   // only while the checks run; `object` afterwards
    std::string field;                             // instruction argument or path in the object
    AliasSet aliases;                              // peers' ids of this very condition
    std::vector<Related> related;
    Boxed<Fix> fix;
    std::uint64_t fingerprint = 0;   // set by analyze(); fingerprint_text() writes it
    Boxed<Silenced> silenced;
};

}
