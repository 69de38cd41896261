#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/image.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

class Object;
struct Pod;

// init: runs to its end before the others; sidecar: an init container with restartPolicy Always, which the kubelet treats as an app container.
enum class ContainerClass : std::uint8_t { app, init, sidecar, ephemeral };

// An effective value and where it was set; `node` is empty when nothing sets it and the value is a default (or unknown: nullopt).
template <typename T>
struct Effective {
    std::optional<T> value;
    yaml::Node node;
    bool from_pod = false;   // set by the pod's securityContext, not the container's
    bool operator==(const T& other) const { return value == other; }
};

struct Container {
    const Pod* pod = nullptr;
    yaml::Node node;
    ContainerClass type = ContainerClass::app;

    std::string_view name() const { return node["name"].scalar(); }   // as written, placeholders included
    yaml::Node operator[](std::string_view key) const { return node[key]; }
    yaml::Node at(std::string_view path) const { return node.at(path); }
    yaml::Node own_security() const { return node["securityContext"]; }
    // Runs as long as the pod does: app and sidecar containers.
    bool long_running() const { return type == ContainerClass::app || type == ContainerClass::sidecar; }
    bool is_init() const { return type == ContainerClass::init; }
    bool is_ephemeral() const { return type == ContainerClass::ephemeral; }

    // The image reference; nullopt when there is no image, it is not text, holds a placeholder or is not a valid reference.
    std::optional<docker::Reference> image() const;
    yaml::Node image_node() const { return node["image"]; }
    // Bytes of a part of the image text.
    Span image_part(docker::Reference::Part part) const { return node["image"].place(part.begin, part.end); }

    // Effective security context: the container's own value, else the pod's where a pod-level field exists, else the default.
    Effective<bool> run_as_non_root() const;
    Effective<std::int64_t> run_as_user() const;
    Effective<std::int64_t> run_as_group() const;
    // The container's seLinuxOptions as a whole, else the pod's.
    yaml::Node selinux() const;
    // windowsOptions.hostProcess; each Windows option is inherited on its own.
    Effective<bool> host_process() const;
    bool privileged() const;     // privileged: true
    bool may_escalate() const;   // allowPrivilegeEscalation is not false, or privileged, or CAP_SYS_ADMIN is added
    bool read_only_root() const;
    // "RuntimeDefault", "Localhost", "Unconfined", "" when nothing sets one (the old annotations do nothing since 1.27).
    std::string_view seccomp_type() const;
    Effective<std::string_view> seccomp() const;
    Effective<std::string_view> apparmor() const;   // type of the field or of the annotation: "RuntimeDefault", "Localhost", "Unconfined"
    // Names as the runtime reads them: without "CAP_", upper case. The nodes are the items.
    struct Capability {
        std::string name;
        yaml::Node node;
    };
    std::vector<Capability> added() const;
    std::vector<Capability> dropped() const;
    bool drops(std::string_view capability) const;   // by name or by ALL
    bool adds(std::string_view capability) const;    // by name or by ALL

    // Effective requests and limits: a limit without a request sets the request.
    yaml::Node limit(std::string_view resource) const { return node["resources"]["limits"][resource]; }
    yaml::Node request(std::string_view resource) const;
    // Words of command and args as the kubelet runs them (images' own ENTRYPOINT unknown); "$(VAR)" kept.
    std::vector<yaml::Node> command_line() const;
    // The script of `sh -c SCRIPT` (any of the usual shells, wrappers such as env and exec skipped); empty without.
    yaml::Node shell_script() const;
    // What to mark when `path` is missing in the container: the key of the deepest existing part, else the name.
    Span holder(std::string_view path) const;
};

// Yes or no, found out once; several threads may do so at a time.
class Remembered {
public:
    Remembered() = default;
    Remembered(const Remembered& other) : known_(other.known_.load(std::memory_order_relaxed)) {}
    Remembered& operator=(const Remembered& other) {
        known_.store(other.known_.load(std::memory_order_relaxed), std::memory_order_relaxed);
        return *this;
    }
    template <typename Find>
    bool get(Find find) const {
        std::int8_t known = known_.load(std::memory_order_relaxed);
        if (known < 0) known_.store(known = find() ? 1 : 0, std::memory_order_relaxed);
        return known > 0;
    }

private:
    mutable std::atomic<std::int8_t> known_ = -1;
};

// A pod spec, wherever it stands.
struct Pod {
    const Object* object = nullptr;
    yaml::Node spec;                     // the PodSpec
    yaml::Node metadata;                 // the template's metadata (a Pod's own); labels and annotations of what runs
    bool partial = false;                // a custom kind's overrides or a patch: what is absent may come from elsewhere, so only what is there may be judged
    std::vector<Container> containers;   // app, init, sidecar, ephemeral in the order of the lists
    Remembered is_judged = {};           // see is_judged_by_pod_security()

    yaml::Node operator[](std::string_view key) const { return spec[key]; }
    yaml::Node at(std::string_view path) const { return spec.at(path); }
    yaml::Node security() const { return spec["securityContext"]; }
    yaml::Node labels() const { return metadata["labels"]; }
    yaml::Node annotations() const { return metadata["annotations"]; }
    std::string_view annotation(std::string_view key) const { return annotations()[key].text_or_empty(); }
    bool windows() const;   // spec.os.name or the node selector says so
    bool host_network() const { return spec["hostNetwork"].is_true(); }
    bool host_pid() const { return spec["hostPID"].is_true(); }
    bool host_ipc() const { return spec["hostIPC"].is_true(); }
    bool host_users() const { return !spec["hostUsers"].is_false(); }
    // serviceAccountName, else the old serviceAccount, else "default".
    std::string_view service_account() const;
    yaml::Node service_account_node() const;
    // Volume by name; empty without.
    yaml::Node volume(std::string_view name) const;
    // Runs to an end: owned by a Job or CronJob (or restartPolicy Never/OnFailure on a bare Pod).
    bool runs_to_completion() const;
    // What to mark when `path` is missing in the pod spec: the key of the deepest existing part, else the key that holds the spec, else the object's head.
    Span holder(std::string_view path) const;
};

}
