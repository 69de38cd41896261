#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

// Modes of the files in ConfigMap, Secret and other projected volumes.

namespace plimsoll::checks::file_modes {

using kubernetes::Pod;
using yaml::Node;

static constexpr std::string_view sources[] = {"configMap", "secret", "downwardAPI", "projected"};

namespace {

// Calls each(mode) for the modes a volume source sets; projected sources have lists of their own.
template <typename Each>
void each_mode(Node source, const Each& each) {
    each(source["defaultMode"]);
    for (Node item : source["items"].items()) each(item["mode"]);
    for (Node inner : source["sources"].items())
        for (std::string_view name : {"configMap", "secret", "downwardAPI"})
            for (Node item : inner[name]["items"].items()) each(item["mode"]);
}

// A number of three octal digits that makes no sense as the decimal number it is read as: 644 would be 01204, 400 would be 0620.
bool is_meant_octal(std::string_view text) {
    if (text.size() != 3 || text[0] < '1' || text.find_first_not_of("01234567") != std::string_view::npos) return false;
    return text > "511" || text == "400" || text == "440" || text == "444" || text == "500";
}

// An object in braces may be JSON, which has no octal numbers.
bool is_json(const Pod& pod) { return pod.object->node().in_flow(); }

std::string octal(std::int64_t mode) {
    std::string digits;
    for (; mode > 0; mode /= 8) digits.insert(digits.begin(), static_cast<char>('0' + mode % 8));
    return "0" + digits;
}

}

static void judge(const Pod& pod, Node mode, Reporter& report) {
    const std::optional<std::int64_t> value = mode.integer();
    if (!value) return;
    const std::string_view text = mode.scalar();
    if (is_meant_octal(text)) {
        const int meant = (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
        const std::string written = is_json(pod) ? std::to_string(meant) : "0" + std::string(text);
        Draft draft = report.at(mode, std::string(text) + " is a decimal number, the mode " + octal(*value) + "; write " + written);
        if (!mode.is_alias() && !mode.has_anchor() && !mode.has_tag()) draft.fix("Write " + written, Safety::safe, Edit{mode.span(), written});
    } else if (*value > 511 || *value < 0) {
        report.at(mode, std::string(text) + " is no file mode: the API server takes 0 to 0777 (511)");
    }
}

static void run_octal(const Pod& pod, Reporter& report) {
    for (Node volume : pod.spec["volumes"].items())
        for (std::string_view source : sources)
            if (const Node at = volume[source]; at.is_mapping()) each_mode(at, [&](Node mode) { judge(pod, mode, report); });
}

static bool runs_as_other_user(const kubernetes::Container& container) {
    const auto user = container.run_as_user();
    return container.run_as_non_root() == true || (user.value && *user.value > 0);
}

// Files of the volume are given to the pod's fsGroup, which every container has.
static void run_readable(const Pod& pod, Reporter& report) {
    if (!pod.security()["fsGroup"].integer() || pod.containers.empty() || pod.partial || pod.windows()) return;
    if (!std::all_of(pod.containers.begin(), pod.containers.end(), runs_as_other_user)) return;
    for (Node volume : pod.spec["volumes"].items()) {
        const Node secret = volume["secret"];
        if (!secret.is_mapping()) continue;
        const Node mode = secret["defaultMode"];
        if (mode.is_set() && (!mode.integer() || (*mode.integer() & 07) == 0)) continue;
        Draft draft = report.at(mode.is_set() ? mode : secret.key(), "every user in the container can read the Secret's files; 0440 is enough with an fsGroup");
        draft.fix("Set defaultMode to 0440", Safety::safe,
                  yaml::set_key(pod.object->manifest().source(), secret, "defaultMode", is_json(pod) ? "288" : "0440"));
    }
}

static constexpr Example octal_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes:
  - name: tls
    secret:
      secretName: tls
      defaultMode: 400   # owner only
                   ^^^ 400 is a decimal number, the mode 0620; write 0400
  - name: all
    projected:
      sources:
      - configMap: {name: web, items: [{key: run, path: run, mode: 755}]}
                                                                   ^^^ 755 is a decimal number, the mode 01363; write 0755
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes:
  - name: tls
    secret:
      secretName: tls
      defaultMode: 0400   # owner only
  - name: all
    projected:
      sources:
      - configMap: {name: web, items: [{key: run, path: run, mode: 0755}]}
)",
                                              .path = "app.yaml"},
                                             {.bad = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
  "containers": [{"name": "web", "image": "example.org/web:1.0"}],
  "volumes": [{"name": "conf", "configMap": {"name": "web", "defaultMode": 644}}]}}
                                                                           ^^^ 644 is a decimal number, the mode 01204; write 420
)",
                                              .good = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
  "containers": [{"name": "web", "image": "example.org/web:1.0"}],
  "volumes": [{"name": "conf", "configMap": {"name": "web", "defaultMode": 420}}]}}
)",
                                              .path = "app.json"},
                                             {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes: [{name: conf, configMap: {name: web, defaultMode: 01644}}]
                                                             ^^^^^ 01644 is no file mode: the API server takes 0 to 0777 (511)
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes: [{name: conf, configMap: {name: web, defaultMode: 420}}]
)",
                                              .path = "app.yaml"}};

static constexpr Example readable_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 2000}
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes:
  - name: tls
    secret:
    ^^^^^^ every user in the container can read the Secret's files; 0440 is enough with an fsGroup
      secretName: tls
  - name: key
    secret:
      secretName: key
      defaultMode: 0644
                   ^^^^ every user in the container can read the Secret's files; 0440 is enough with an fsGroup
)",
                                                 .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 2000}
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes:
  - name: tls
    secret:
      secretName: tls
      defaultMode: 0440
  - name: key
    secret:
      secretName: key
      defaultMode: 0440
)",
                                                 .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "file-mode-not-octal",
     .title = "File mode written in decimal.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .fix = Safety::safe,
     .why = "YAML reads 0644 as octal and 644 as the decimal number, which is another mode altogether. Most such numbers are above 511 and refused; the others "
            "give odd "
            "permissions without a word. JSON has no octal numbers at all: 0644 is written 420 there.",
     .examples = octal_examples,
     .run = on_pods(run_octal)},
    {.id = "secret-volume-world-readable",
     .title = "Secret volume files are readable by all.",
     .category = Category::security,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::safe,
     .why = "Without a defaultMode the files are 0644, so every user in the container reads them. With an fsGroup all processes of the pod are in the group "
            "that owns "
            "them, and 0440 is enough.",
     .examples = readable_examples,
     .run = on_pods(run_readable)},
};

extern constinit const std::span<const Check> file_modes = table;

}
