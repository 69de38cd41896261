#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/kubernetes/control_plane.h"

// Command lines of cluster components, read as their flag libraries do (pflag; etcd: Go's flag package).

namespace plimsoll::kubernetes {

// "--audit_log_path" is "audit-log-path".
std::string flag_name(std::string_view written);
// What strconv.ParseBool says.
std::optional<bool> flag_boolean(std::string_view value);
// Adds an item of the form "flag=value", with or without dashes.
void add_assignment(Settings& out, yaml::Node item);
// The flags of a container that runs the component; nullopt when it runs something else.
std::optional<Settings> read_command_line(const Container& container, Component component);

}
