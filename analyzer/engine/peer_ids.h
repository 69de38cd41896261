#pragma once

#include <string>
#include <string_view>

// How the peers spell the ids of their rules, and which ids exist. Used wherever a user may name a peer's rule.

namespace plimsoll {

struct Check;
struct Finding;

// The form that Check::aliases uses: {"trivy", "avd-ds-0001"} and {"trivy", "DS001"} give "trivy:DS-0001".
std::string canonical_alias(std::string_view tool, std::string_view id);

// The tool an id belongs to by its form (DL3008 -> "hadolint", CKV_DOCKER_2 -> "checkov", a UUID -> "kics"); "" when the form says nothing.
std::string_view tool_by_form(std::string_view id);

// False when the tool certainly has no such rule. Rules the tool has removed, and those beyond our own lists, count as existing.
bool exists_in_peer(std::string_view tool, std::string_view id);

// "hadolint" of "hadolint:DL3008"; "" without a colon.
std::string_view tool_of(std::string_view alias);

// True when `name` stands for the check: its id, one of its aliases, "tool:*" or "*".
// `name` is an own id or in canonical form; "hadolint:SC2000-SC2100" is a range.
bool stands_for(std::string_view name, const Check& check);
// The same for one finding, which may carry only some of its check's aliases.
bool stands_for(std::string_view name, const Finding& finding);

// Canonical form of what a user wrote where own ids and peers' ids may stand; `text` itself when its form says nothing.
std::string canonical_name(std::string_view text);

// YYYY-MM-DD of a day that exists.
bool is_date(std::string_view text);

}
