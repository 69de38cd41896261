#pragma once

#include <string>
#include <string_view>

#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

// A line that begins as "apiVersion:" or "kind:" at the top of some document would.
bool looks_like_object(std::string_view text);

// "{{" stands where YAML has nothing of the kind: a line of its own, or a value without quotes.
bool looks_like_template(std::string_view text);

// The configuration of K3s and RKE2 has neither apiVersion nor kind; it is an object of this made-up kind.
inline constexpr std::string_view rancher_config_version = "k3s.io/v1", rancher_config_kind = "Config";
// "kubelet-arg", "etcd-arg+" and the like: flags that K3s and RKE2 hand on, in config.yaml and config.yaml.d.
bool is_rancher_key(std::string_view key);

// What a file without objects is, by its name and the keys at the left margin: "a compose file".
std::string reason_for_other(const Source& source);

}
