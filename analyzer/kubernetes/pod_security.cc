#include "analyzer/kubernetes/pod_security.h"

#include <algorithm>
#include <charconv>

#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

namespace {

using yaml::Node;

constexpr std::string_view apparmor_prefix = "container.apparmor.security.beta.kubernetes.io/";
constexpr std::string_view seccomp_pod_annotation = "seccomp.security.alpha.kubernetes.io/pod";
constexpr std::string_view seccomp_container_prefix = "container.seccomp.security.alpha.kubernetes.io/";

template <std::size_t size>
bool is_one_of(std::string_view text, const std::string_view (&names)[size]) {
    return std::find(std::begin(names), std::end(names), text) != std::end(names);
}

// The ids of one control in the two levels.
struct Control {
    std::string_view baseline, restricted;
};

constexpr Control both(std::string_view id) { return {id, id}; }

// Collects what one pod breaks.
class Evaluation {
public:
    Evaluation(const Pod& pod, PodSecurityLevel level, unsigned minor) : pod_(pod), level_(level), minor_(minor) {}
    std::vector<PodSecurityBreach> run();

private:
    void host_namespaces();
    void privileged();
    void capabilities();
    void volumes();
    void host_ports();
    void host_probes();
    void apparmor();
    void selinux();
    void proc_mount();
    void seccomp();
    void seccomp_annotations();
    void seccomp_demanded();
    void sysctls();
    void windows_host_process();
    void privilege_escalation();
    void non_root();
    void root_user();

    bool restricted() const { return level_ == PodSecurityLevel::restricted; }
    bool user_namespace() const { return minor_ >= 35 && pod_["hostUsers"].is_false(); }
    bool windows() const { return minor_ >= 25 && pod_.at("os.name").text_or_empty() == "windows"; }
    bool applies(Control control) const { return !control.baseline.empty() || (restricted() && !control.restricted.empty()); }
    void forbid(Control control, Node node, const Container* container = nullptr) {
        if (applies(control)) out_.push_back({control.baseline, control.restricted, node, container});
    }
    void demand(Control control, const Container& container, std::string_view path, std::string_view value) {
        if (applies(control)) out_.push_back({control.baseline, control.restricted, {}, &container, path, value});
    }
    void forbid_host(Node action, const Container& container);
    void forbid_selinux(Node options, const Container* container);
    template <typename Valid>
    void forbid_profile(Control control, std::string_view field, Valid valid);

    const Pod& pod_;
    PodSecurityLevel level_;
    unsigned minor_;
    std::vector<PodSecurityBreach> out_;
};

// Container by container and the pod before them: a profile that is set must be a valid one, whoever overrides it.
template <typename Valid>
void Evaluation::forbid_profile(Control control, std::string_view field, Valid valid) {
    auto judge = [&](Node profile, const Container* container) {
        if (profile.is_set() && !profile["type"].is_placeholder() && !valid(profile["type"].text_or_empty()))
            forbid(control, profile["type"] ? profile["type"] : profile, container);
    };
    judge(pod_.security()[field], nullptr);
    for (const Container& container : pod_.containers) judge(container.own_security()[field], &container);
}

void Evaluation::host_namespaces() {
    for (std::string_view field : {"hostNetwork", "hostPID", "hostIPC"})
        if (pod_[field].is_true()) forbid(both("hostNamespaces"), pod_[field]);
}

void Evaluation::privileged() {
    for (const Container& container : pod_.containers)
        if (container.privileged()) forbid(both("privileged"), container.own_security()["privileged"], &container);
}

void Evaluation::capabilities() {
    const bool demanded = restricted() && minor_ >= 22 && !windows();
    for (const Container& container : pod_.containers) {
        const Node capabilities = container.own_security()["capabilities"];
        bool all = false;
        for (const Node item : capabilities["drop"].items()) all = all || item.text_or_empty() == "ALL";
        if (demanded && !all) demand({"", "capabilities_restricted"}, container, "securityContext.capabilities.drop", "[ALL]");
        for (const Node item : capabilities["add"].items()) {
            const std::string_view name = item.text_or_empty();
            const bool beyond_baseline = !is_baseline_capability(name), beyond_restricted = demanded && name != "NET_BIND_SERVICE";
            if (item.is_placeholder()) continue;
            // Before 1.22 restricted had no list of its own.
            const bool beyond = minor_ < 22 ? beyond_baseline : beyond_restricted;
            const std::string_view id = minor_ < 22 ? "capabilities_baseline" : "capabilities_restricted";
            forbid({beyond_baseline ? "capabilities_baseline" : "", beyond ? id : ""}, item, &container);
        }
    }
}

// A volume without any source is refused, too, as the evaluator does with the object as it is written; in a cluster it has become an emptyDir by then.
void Evaluation::volumes() {
    for (const Node volume : pod_["volumes"].items()) {
        const Node host_path = volume["hostPath"], source = volume_source(volume).value;
        bool allowed = false;
        for (const auto [key, value] : volume.entries()) allowed = allowed || (value.is_set() && is_restricted_volume_source(key.scalar()));
        forbid({host_path.is_set() ? "hostPathVolumes" : "", allowed ? "" : "restrictedVolumes"}, source ? source : volume);
    }
}

void Evaluation::host_ports() {
    for (const Container& container : pod_.containers)
        for (const Node port : container["ports"].items())
            if (port["hostPort"].integer().value_or(0) != 0) forbid(both("hostPorts"), port["hostPort"], &container);
}

void Evaluation::forbid_host(Node action, const Container& container) {
    for (std::string_view kind : {"httpGet", "tcpSocket"})
        if (!action[kind]["host"].text_or_empty().empty()) forbid(both("hostProbesAndHostLifecycle"), action[kind]["host"], &container);
}

void Evaluation::host_probes() {
    if (minor_ < 34) return;
    for (const Container& container : pod_.containers) {
        for (std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"}) forbid_host(container[probe], container);
        for (std::string_view hook : {"postStart", "preStop"}) forbid_host(container["lifecycle"][hook], container);
    }
}

void Evaluation::apparmor() {
    auto valid = [](std::string_view type) { return type == "RuntimeDefault" || type == "Localhost"; };
    forbid_profile(both("appArmorProfile"), "appArmorProfile", valid);
    for (const auto [key, value] : pod_.annotations().entries()) {
        const std::string_view profile = value.text_or_empty();
        if (key.scalar().starts_with(apparmor_prefix) && !value.is_placeholder() && !profile.empty() && profile != "runtime/default" &&
            !profile.starts_with("localhost/"))
            forbid(both("appArmorProfile"), value);
    }
}

void Evaluation::forbid_selinux(Node options, const Container* container) {
    const Node type = options["type"];
    if (!type.text_or_empty().empty() && !is_allowed_selinux_type(type.text_or_empty(), minor_)) forbid(both("seLinuxOptions"), type, container);
    for (std::string_view field : {"user", "role"})
        if (!options[field].text_or_empty().empty()) forbid(both("seLinuxOptions"), options[field], container);
}

void Evaluation::selinux() {
    forbid_selinux(pod_.security()["seLinuxOptions"], nullptr);
    for (const Container& container : pod_.containers) forbid_selinux(container.own_security()["seLinuxOptions"], &container);
}

void Evaluation::proc_mount() {
    // From 1.35 on baseline lets pods with a user namespace of their own, and restricted has a control that does not.
    const Control control = minor_ < 35 ? both("procMount") : Control{user_namespace() ? "" : "procMount", "procMount_restricted"};
    for (const Container& container : pod_.containers) {
        const Node value = container.own_security()["procMount"];
        if (value.text() && *value.text() != "Default") forbid(control, value, &container);
    }
}

void Evaluation::seccomp_annotations() {
    auto judge = [&](Node value, const Container* container) {
        const std::string_view profile = value.text_or_empty();
        if (value.text() && profile != "runtime/default" && profile != "docker/default" && !profile.starts_with("localhost/"))
            forbid(both("seccompProfile_baseline"), value, container);
    };
    judge(pod_.annotations()[seccomp_pod_annotation], nullptr);
    for (const Container& container : pod_.containers)
        for (const auto [key, value] : pod_.annotations().entries())
            if (key.scalar().starts_with(seccomp_container_prefix) && key.scalar().substr(seccomp_container_prefix.size()) == container.name())
                judge(value, &container);
}

void Evaluation::seccomp_demanded() {
    auto valid = [](Node security) {
        const std::string_view type = security["seccompProfile"]["type"].text_or_empty();
        return type == "RuntimeDefault" || type == "Localhost";
    };
    if (valid(pod_.security())) return;
    for (const Container& container : pod_.containers)
        if (!container.own_security()["seccompProfile"].is_set())
            demand({"", "seccompProfile_restricted"}, container, "securityContext.seccompProfile.type", "RuntimeDefault");
}

void Evaluation::seccomp() {
    if (minor_ < 19) return seccomp_annotations();
    auto valid = [](std::string_view type) { return type == "RuntimeDefault" || type == "Localhost"; };
    forbid_profile({"seccompProfile_baseline", windows() ? "" : "seccompProfile_restricted"}, "seccompProfile", valid);
    if (restricted() && !windows()) seccomp_demanded();
}

void Evaluation::sysctls() {
    for (const Node sysctl : pod_.security()["sysctls"].items()) {
        const Node name = sysctl["name"];
        if (!name.is_placeholder() && !is_safe_sysctl(name.text_or_empty(), minor_)) forbid(both("sysctls"), name ? name : sysctl);
    }
}

void Evaluation::windows_host_process() {
    auto judge = [&](Node security, const Container* container) {
        const Node value = security["windowsOptions"]["hostProcess"];
        if (value.is_true()) forbid(both("windowsHostProcess"), value, container);
    };
    judge(pod_.security(), nullptr);
    for (const Container& container : pod_.containers) judge(container.own_security(), &container);
}

void Evaluation::privilege_escalation() {
    if (minor_ < 8 || windows()) return;
    const Control control{"", "allowPrivilegeEscalation"};
    for (const Container& container : pod_.containers) {
        const Node value = container.own_security()["allowPrivilegeEscalation"];
        if (value.is_true()) forbid(control, value, &container);
        if (!value.is_set()) demand(control, container, "securityContext.allowPrivilegeEscalation", "false");
    }
}

void Evaluation::non_root() {
    if (user_namespace()) return;
    const Control control{"", "runAsNonRoot"};
    const Node of_pod = pod_.security()["runAsNonRoot"];
    if (of_pod.is_false()) forbid(control, of_pod);
    for (const Container& container : pod_.containers) {
        const Node value = container.own_security()["runAsNonRoot"];
        if (value.is_false()) forbid(control, value, &container);
        if (!value.is_set() && !of_pod.is_true() && !of_pod.is_placeholder()) demand(control, container, "securityContext.runAsNonRoot", "true");
    }
}

void Evaluation::root_user() {
    if (minor_ < 23 || user_namespace()) return;
    const Control control{"", "runAsUser"};
    if (pod_.security()["runAsUser"].integer() == 0) forbid(control, pod_.security()["runAsUser"]);
    for (const Container& container : pod_.containers)
        if (container.own_security()["runAsUser"].integer() == 0) forbid(control, container.own_security()["runAsUser"], &container);
}

std::vector<PodSecurityBreach> Evaluation::run() {
    host_namespaces();
    privileged();
    capabilities();
    volumes();
    host_ports();
    host_probes();
    apparmor();
    selinux();
    proc_mount();
    seccomp();
    sysctls();
    windows_host_process();
    if (restricted()) {
        privilege_escalation();
        non_root();
        root_user();
    }
    return std::move(out_);
}

}

unsigned pod_security_minor(std::string_view version) {
    if (version.starts_with('v')) version.remove_prefix(1);
    if (!version.starts_with("1.")) return newest_pod_security;
    unsigned minor = 0;
    const auto [end, error] = std::from_chars(version.data() + 2, version.data() + version.size(), minor);
    return error == std::errc() ? minor : newest_pod_security;
}

std::vector<PodSecurityBreach> pod_security_breaches(const Pod& pod, PodSecurityLevel level, unsigned minor) { return Evaluation(pod, level, minor).run(); }

bool is_safe_sysctl(std::string_view name, unsigned minor) {
    static constexpr struct {
        std::string_view name;
        unsigned since;
    } safe[] = {
        {"kernel.shm_rmid_forced", 0},
        {"net.ipv4.ip_local_port_range", 0},
        {"net.ipv4.ip_unprivileged_port_start", 0},
        {"net.ipv4.ping_group_range", 0},
        {"net.ipv4.tcp_syncookies", 0},
        {"net.ipv4.ip_local_reserved_ports", 27},
        {"net.ipv4.tcp_fin_timeout", 29},
        {"net.ipv4.tcp_keepalive_intvl", 29},
        {"net.ipv4.tcp_keepalive_probes", 29},
        {"net.ipv4.tcp_keepalive_time", 29},
        {"net.ipv4.tcp_rmem", 32},
        {"net.ipv4.tcp_wmem", 32},
        {"net.ipv4.tcp_notsent_lowat", 37},
        {"net.ipv4.tcp_slow_start_after_idle", 37},
    };
    return std::any_of(std::begin(safe), std::end(safe), [&](const auto& one) { return one.name == name && one.since <= minor; });
}

bool is_baseline_capability(std::string_view name) {
    static constexpr std::string_view names[] = {"AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER",  "FSETID", "KILL",      "MKNOD",
                                                 "NET_BIND_SERVICE", "SETFCAP", "SETGID",       "SETPCAP", "SETUID", "SYS_CHROOT"};
    return is_one_of(name, names);
}

bool is_allowed_selinux_type(std::string_view type, unsigned minor) {
    static constexpr std::string_view types[] = {"", "container_t", "container_init_t", "container_kvm_t"};
    return is_one_of(type, types) || (minor >= 31 && type == "container_engine_t");
}

bool is_restricted_volume_source(std::string_view source) {
    static constexpr std::string_view sources[] = {"configMap", "csi",   "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
                                                   "projected", "secret"};
    return is_one_of(source, sources);
}

yaml::Entry volume_source(yaml::Node volume) {
    for (const yaml::Entry entry : volume.entries())
        if (entry.value.is_set() && entry.key.scalar() != "name") return entry;
    return {};
}

}
