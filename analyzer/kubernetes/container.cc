#include <algorithm>

#include "analyzer/kubernetes/holder.h"
#include "analyzer/kubernetes/pod.h"

namespace plimsoll::kubernetes {

namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Without "CAP_", in the case it is written in.
std::string_view bare_capability(std::string_view name) {
    constexpr std::string_view prefix = "CAP_";
    const auto same = [](char a, char b) { return upper(a) == upper(b); };
    if (name.size() > prefix.size() && std::ranges::equal(name.substr(0, prefix.size()), prefix, same)) name.remove_prefix(prefix.size());
    return name;
}

bool same_capability(std::string_view a, std::string_view b) {
    return std::ranges::equal(bare_capability(a), bare_capability(b), [](char x, char y) { return upper(x) == upper(y); });
}

bool names(yaml::Node list, std::string_view capability) {
    for (const yaml::Node item : list.items()) {
        const std::string_view name = item.text_or_empty();
        if (same_capability(name, capability) || same_capability(name, "ALL")) return true;
    }
    return false;
}

std::vector<Container::Capability> read(yaml::Node list) {
    std::vector<Container::Capability> capabilities;
    for (const yaml::Node item : list.items()) {
        const std::string_view name = bare_capability(item.text_or_empty());
        if (name.empty()) continue;
        capabilities.push_back({std::string(name), item});
        std::string& added = capabilities.back().name;
        std::ranges::transform(added, added.begin(), upper);
    }
    return capabilities;
}

// A field that both levels have: the container's, else the pod's.
struct Inherited {
    yaml::Node node;
    bool from_pod = false;
};

Inherited inherited(const Container& container, std::string_view field) {
    if (const yaml::Node own = container.own_security()[field]; own.is_set()) return {own, false};
    const yaml::Node above = container.pod ? container.pod->security()[field] : yaml::Node();
    return above.is_set() ? Inherited{above, true} : Inherited{};
}

}

std::optional<docker::Reference> Container::image() const {
    const std::optional<std::string_view> text = image_node().text();
    return text ? docker::parse_reference(*text) : std::nullopt;
}

Effective<bool> Container::run_as_non_root() const {
    const Inherited found = inherited(*this, "runAsNonRoot");
    return {found.node.boolean(), found.node, found.from_pod};
}

Effective<std::int64_t> Container::run_as_user() const {
    const Inherited found = inherited(*this, "runAsUser");
    return {found.node.integer(), found.node, found.from_pod};
}

Effective<std::int64_t> Container::run_as_group() const {
    const Inherited found = inherited(*this, "runAsGroup");
    return {found.node.integer(), found.node, found.from_pod};
}

yaml::Node Container::selinux() const { return inherited(*this, "seLinuxOptions").node; }

Effective<bool> Container::host_process() const {
    const yaml::Node own = own_security()["windowsOptions"]["hostProcess"];
    const yaml::Node above = pod ? pod->security()["windowsOptions"]["hostProcess"] : yaml::Node();
    if (own.is_set()) return {own.boolean(), own, false};
    if (above.is_set()) return {above.boolean(), above, true};
    return {};
}

bool Container::privileged() const { return own_security()["privileged"].is_true(); }

bool Container::may_escalate() const { return !own_security()["allowPrivilegeEscalation"].is_false() || privileged() || adds("SYS_ADMIN"); }

bool Container::read_only_root() const { return own_security()["readOnlyRootFilesystem"].is_true(); }

// The profile is inherited as a whole; `node` is its type, else the profile.
Effective<std::string_view> Container::seccomp() const {
    const Inherited found = inherited(*this, "seccompProfile");
    const yaml::Node profile = found.node["type"];
    return {profile.text(), profile ? profile : found.node, found.from_pod};
}

std::string_view Container::seccomp_type() const { return seccomp().value.value_or(std::string_view{}); }

// The kubelet looks at the container's field, the annotation, then the pod's field.
Effective<std::string_view> Container::apparmor() const {
    const Inherited found = inherited(*this, "appArmorProfile");
    if (!found.node || found.from_pod) {
        constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
        const std::string_view own = name();
        const yaml::Node annotations = pod ? pod->annotations() : yaml::Node();
        for (const yaml::Entry entry : annotations.entries()) {
            const std::string_view key = entry.key.scalar();
            if (!key.starts_with(prefix) || key.substr(prefix.size()) != own) continue;
            const std::optional<std::string_view> value = entry.value.text();
            if (value == "runtime/default") return {"RuntimeDefault", entry.value, false};
            if (value == "unconfined") return {"Unconfined", entry.value, false};
            if (value && value->starts_with("localhost/")) return {"Localhost", entry.value, false};
            if (value != "") return {std::nullopt, entry.value, false};
        }
    }
    const yaml::Node profile = found.node["type"];
    return {profile.text(), profile ? profile : found.node, found.from_pod};
}

std::vector<Container::Capability> Container::added() const { return read(own_security()["capabilities"]["add"]); }
std::vector<Container::Capability> Container::dropped() const { return read(own_security()["capabilities"]["drop"]); }
bool Container::adds(std::string_view capability) const { return names(own_security()["capabilities"]["add"], capability); }
bool Container::drops(std::string_view capability) const { return names(own_security()["capabilities"]["drop"], capability); }

yaml::Node Container::request(std::string_view resource) const {
    const yaml::Node resources = node["resources"];
    const yaml::Node own = resources["requests"][resource];
    return own.is_set() ? own : resources["limits"][resource];
}

Span Container::holder(std::string_view path) const {
    const yaml::Node found = deepest(node, path);
    if (found != node) return found.head();
    const yaml::Node name_node = node["name"];
    return name_node.is_set() ? name_node.span() : node.head();
}

}
