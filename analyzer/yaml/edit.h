#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/edit.h"
#include "analyzer/text/source.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// Changes of a YAML or JSON text that touch nothing else: comments, quotes, indentation, line ends and flow style stay as they are.
// nullopt when it cannot be done without side effects: the node is reached through an alias or a merge, carries an anchor, or its shape forbids it.

// Replaces a scalar by another one, in the quotes of the old one when it had any (a plain text that needs quotes gets them).
std::optional<Edit> replace_scalar(const Source& source, Node scalar, std::string_view value);
// Sets a (nested) key below a mapping: path "securityContext.allowPrivilegeEscalation", value as YAML text ("false", "[ALL]", "\"x\"").
// Existing parts of the path are used; an existing scalar or empty/null value at the end is replaced.
std::optional<Edit> set_key(const Source& source, Node mapping, std::string_view path, std::string_view value);
// Removes an entry with its key, given its value node; with whole lines (and its trailing comment) in block style. A mapping whose last entry goes becomes "{}".
std::optional<Edit> remove_entry(const Source& source, Node value);
// Removes an item of a sequence; a sequence whose last item goes becomes "[]".
std::optional<Edit> remove_item(const Source& source, Node item);
// Renames the key of a value.
std::optional<Edit> rename_key(const Source& source, Node value, std::string_view name);

}
