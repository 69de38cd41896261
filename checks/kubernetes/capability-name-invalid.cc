#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/text/distance.h"

namespace plimsoll::checks::capability_name_invalid {

using yaml::Node;

static constexpr std::string_view known[] = {"ALL",
                                             "AUDIT_CONTROL",
                                             "AUDIT_READ",
                                             "AUDIT_WRITE",
                                             "BLOCK_SUSPEND",
                                             "BPF",
                                             "CHECKPOINT_RESTORE",
                                             "CHOWN",
                                             "DAC_OVERRIDE",
                                             "DAC_READ_SEARCH",
                                             "FOWNER",
                                             "FSETID",
                                             "IPC_LOCK",
                                             "IPC_OWNER",
                                             "KILL",
                                             "LEASE",
                                             "LINUX_IMMUTABLE",
                                             "MAC_ADMIN",
                                             "MAC_OVERRIDE",
                                             "MKNOD",
                                             "NET_ADMIN",
                                             "NET_BIND_SERVICE",
                                             "NET_BROADCAST",
                                             "NET_RAW",
                                             "PERFMON",
                                             "SETFCAP",
                                             "SETGID",
                                             "SETPCAP",
                                             "SETUID",
                                             "SYSLOG",
                                             "SYS_ADMIN",
                                             "SYS_BOOT",
                                             "SYS_CHROOT",
                                             "SYS_MODULE",
                                             "SYS_NICE",
                                             "SYS_PACCT",
                                             "SYS_PTRACE",
                                             "SYS_RAWIO",
                                             "SYS_RESOURCE",
                                             "SYS_TIME",
                                             "SYS_TTY_CONFIG",
                                             "WAKE_ALARM"};

static std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

static bool is_known(std::string_view name) { return std::find(std::begin(known), std::end(known), name) != std::end(known); }

static void judge(const kubernetes::Container& container, Node item, bool dropped, Reporter& report) {
    const std::optional<std::string_view> text = item.text();
    if (!text || is_known(*text)) return;
    std::string name = upper(*text);
    if (name.starts_with("CAP_")) name.erase(0, 4);
    const Source& source = container.pod->object->manifest().source();
    if (!is_known(name)) {
        const std::string_view near = nearest_name(name, known);
        const std::string hint = near.empty() ? "; see capabilities(7) for the names" : "; is " + quote(near) + " meant?";
        report.at(item, quote(*text) + " is no Linux capability" + hint);
        return;
    }
    // A name that the runtime did not know was not granted before.
    const bool same = dropped || name.size() == text->size();
    report.at(item, "write the capability as " + quote(name) + ": policies compare names as they are written")
        .fix("Write " + name, same ? Safety::safe : Safety::unsafe, yaml::replace_scalar(source, item, name));
}

static void run(const kubernetes::Container& container, Reporter& report) {
    const Node capabilities = container.own_security()["capabilities"];
    for (const Node item : capabilities["add"].items()) judge(container, item, false, report);
    for (const Node item : capabilities["drop"].items()) judge(container, item, true, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities:
        add: [CAP_SYS_NICE]
              ^^^^^^^^^^^^ write the capability as 'SYS_NICE': policies compare names as they are written
        drop: [all, "CAP_NET_RAW"]
               ^^^ write the capability as 'ALL': policies compare names as they are written
                    ^^^^^^^^^^^^^ write the capability as 'NET_RAW': policies compare names as they are written
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities:
        add: [SYS_NICE]
        drop: [ALL, "NET_RAW"]
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [NETRAW, FLYING]}}
                                            ^^^^^^ 'NETRAW' is no Linux capability; is 'NET_RAW' meant?
                                                    ^^^^^^ 'FLYING' is no Linux capability; see capabilities(7) for the names
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [NET_RAW, "${CAPABILITY}"]}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check capability_name_invalid = {
    .id = "capability-name-invalid",
    .title = "Capability name is misspelt or has the CAP_ prefix.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "Kubernetes names capabilities in upper case and without CAP_. Runtimes differ in what they make of other spellings, policy engines compare the "
           "text, and a misspelt name that should be dropped is simply kept.",
    .examples = examples,
    .run = on_containers(run),
};

}
