#include "checks/kubernetes/refusal.h"

#include <algorithm>
#include <string>

// Volumes and their mounts: that they find one another, and where in the container they are.

namespace plimsoll::checks::volume_mounts {

using kubernetes::Container;
using kubernetes::Pod;
using yaml::Node;

static constexpr std::string_view lists[] = {"volumeMounts", "volumeDevices"};

// Longer lists are not written by people, and looking each name up in them would take long.
static constexpr std::size_t most_volumes = 500;

// Nothing is missing, and no controller of a custom kind adds volumes or mounts.
static bool is_whole(const Pod& pod) { return !pod.partial && !pod.object->is_fragment() && pod.object->builtin(); }

// A volume that the API server refuses does not count as there.
static bool counts(Node volume, bool as_server) {
    return volume && (!as_server || (volume["name"].text() && kubernetes::is_dns1123_label(*volume["name"].text())));
}

static bool has_claim_template(const Pod& pod, std::string_view name, bool as_server = false) {
    if (as_server && !kubernetes::is_dns1123_label(name)) return false;
    for (Node claim : pod.object->at("spec.volumeClaimTemplates").items())
        if (claim["metadata"]["name"].text_or_empty() == name || claim["metadata"]["name"].is_placeholder()) return true;
    return false;
}

static bool has_unknown_name(const Pod& pod) {
    for (Node volume : pod.spec["volumes"].items())
        if (volume["name"].is_placeholder()) return true;
    return false;
}

static void run_undefined(const Container& container, Reporter& report) {
    const Pod& pod = *container.pod;
    const Refusals refusals(*pod.object, report);
    if (pod.partial || !refusals.whole() || !pod.object->builtin() || pod.spec["volumes"].size() > most_volumes) return;
    for (std::string_view list : lists)
        for (Node mount : container[list].items()) {
            const Node name = mount["name"];
            if (name.text_or_empty().empty() || counts(pod.volume(name.scalar()), refusals.as_server()) ||
                has_claim_template(pod, name.scalar(), refusals.as_server()))
                continue;
            const Node volumes = pod.spec["volumes"];
            if ((volumes.is_set() && !volumes.is_sequence()) || has_unknown_name(pod)) return;
            report.at(name, "the pod has no volume named " + quote(name.scalar()) + "; define it or correct the name");
        }
}

static bool is_mounted(const Pod& pod, std::string_view name) {
    for (const Container& container : pod.containers)
        for (std::string_view list : lists)
            for (Node mount : container[list].items())
                if (mount["name"].text_or_empty() == name || mount["name"].is_placeholder()) return true;
    return false;
}

static void run_unused(const Pod& pod, Reporter& report) {
    if (!is_whole(pod) || pod.containers.empty() || pod.spec["volumes"].size() > most_volumes) return;
    for (Node volume : pod.spec["volumes"].items()) {
        const std::string_view name = volume["name"].text_or_empty();
        if (name.empty() || is_mounted(pod, name) || has_claim_template(pod, name)) continue;
        report.at(volume["name"], "no container mounts the volume " + quote(name) + "; mount it or remove it")
            .fix("Remove the volume", Safety::safe, yaml::remove_item(pod.object->manifest().source(), volume));
    }
    for (Node claim : pod.object->at("spec.volumeClaimTemplates").items()) {
        const Node name = claim["metadata"]["name"];
        if (!name.text_or_empty().empty() && !is_mounted(pod, name.scalar()))
            report.at(name, "no container mounts the claim " + quote(name.scalar()) + "; mount it or remove it");
    }
}

static std::string_view without_slashes(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return path;
}

static bool is_windows_path(std::string_view path) { return path.size() > 1 && (path[1] == ':' || path.find('\\') != std::string_view::npos); }

// The path of an entry of volumeMounts or volumeDevices; empty when it is not known.
static Node path_of(Node mount) {
    const Node path = mount.has("mountPath") ? mount["mountPath"] : mount["devicePath"];
    return path.text() && !path.scalar().empty() ? path : Node();
}

static void judge_path(Node path, Reporter& report) {
    const std::string_view text = path.scalar();
    if (is_windows_path(text)) return;
    if (without_slashes(text) == "/")
        report.at(path, "the volume hides the whole file system of the image; mount it on a folder").without("api-server");
    else if (text.find(':') != std::string_view::npos)
        report.at(path, "a mount path may not hold a colon").without("api-server");
    else if (text[0] != '/')
        report.at(path, quote(text) + " is taken as " + quote("/" + std::string(text)) + "; write the absolute path")
            .severity(Severity::low)
            .without("api-server");
}

static void run_conflict(const Container& container, Reporter& report) {
    std::size_t count = 0;
    for (std::string_view list : lists)
        for (Node mount : container[list].items()) {
            const Node path = path_of(mount);
            if (!path) continue;
            judge_path(path, report);
            if (++count > 200) return;
            for (std::string_view other_list : lists)
                for (Node other : container[other_list].items()) {
                    if (other == mount) goto next;
                    if (const Node first = path_of(other); first && without_slashes(first.scalar()) == without_slashes(path.scalar())) {
                        Draft draft = report.at(path, "another volume is mounted on " + quote(path.scalar()) + " in this container; use another path");
                        draft.related(first.span(), "the first one");
                        // The API server compares them as they are written.
                        if (first.scalar() != path.scalar() || !container.pod->object->builtin()) draft.without("api-server");
                        goto next;
                    }
                }
        next:;
        }
}

static void run_convention(const Container& container, Reporter& report) {
    const std::vector<std::string>& prefixes = report.list("prefixes");
    if (prefixes.empty()) return;
    for (Node mount : container["volumeMounts"].items()) {
        const Node path = path_of(mount);
        if (!path) continue;
        const auto fits = [&](const std::string& prefix) {
            const std::string_view text = path.scalar(), start = without_slashes(prefix);
            return text.starts_with(start) && (text.size() == start.size() || start == "/" || text[start.size()] == '/');
        };
        if (std::none_of(prefixes.begin(), prefixes.end(), fits)) report.at(path, quote(path.scalar()) + " is under none of the agreed folders");
    }
}

static void run_stale(const Container& container, Reporter& report) {
    for (Node mount : container["volumeMounts"].items()) {
        const Node path = mount.has("subPath") ? mount["subPath"] : mount["subPathExpr"];
        if (path.scalar().empty()) continue;
        const Node volume = container.pod->volume(mount["name"].text_or_empty());
        for (std::string_view source : {"configMap", "secret", "downwardAPI", "projected"})
            if (volume[source].is_mapping())
                report.at(path.key(), "a single file of a " + std::string(source) + " volume never follows changes; mount the folder, or restart on changes");
    }
}

static constexpr Option convention_options[] = {
    {.name = "prefixes", .what = "Folders below which volumes may be mounted; none: nothing is reported."},
};

static constexpr Example undefined_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {app: db}}
    spec:
      initContainers:
      - name: setup
        image: example.org/setup:1.0
        volumeMounts: [{name: scratch, mountPath: /scratch}]
                              ^^^^^^^ the pod has no volume named 'scratch'; define it or correct the name
      containers:
      - name: db
        image: example.org/db:1.0
        volumeMounts:
        - {name: data, mountPath: /var/lib/db}
        - {name: conf, mountPath: /etc/db}
                 ^^^^ the pod has no volume named 'conf'; define it or correct the name
      volumes: [{name: config, configMap: {name: db}}]
)",
                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts: [{name: config, mountPath: /etc/web}]
    volumeDevices: [{name: disk, devicePath: /dev/disk}]
  volumes: [{name: config, configMap: {name: web}}, {name: disk, persistentVolumeClaim: {claimName: disk}}]
)",
                                                  .path = "app.yaml"}};

static constexpr Example unused_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts:
    - {name: config, mountPath: /etc/web}
  volumes:
  - name: config
    configMap: {name: web}
  - name: scratch   # left over
          ^^^^^^^ no container mounts the volume 'scratch'; mount it or remove it
    emptyDir: {}
)",
                                               .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts:
    - {name: config, mountPath: /etc/web}
  volumes:
  - name: config
    configMap: {name: web}
)",
                                               .path = "app.yaml"},
                                              {.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  volumeClaimTemplates:
  - metadata: {name: data}
                     ^^^^ no container mounts the claim 'data'; mount it or remove it
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "example.org/db:1.0"}]
)",
                                               .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: setup, image: "example.org/setup:1.0", volumeMounts: [{name: scratch, mountPath: /scratch}]}
  containers: [{name: web, image: "example.org/web:1.0"}]
  volumes: [{name: scratch, emptyDir: {}}]
)",
                                               .path = "app.yaml",
                                               .fixed = false}};

static constexpr Example conflict_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts:
    - {name: a, mountPath: /data}
    - {name: b, mountPath: /data/}
                           ^^^^^^ another volume is mounted on '/data/' in this container; use another path
    - {name: c, mountPath: /}
                           ^ the volume hides the whole file system of the image; mount it on a folder
    - {name: d, mountPath: etc/web}
                           ^^^^^^^ 'etc/web' is taken as '/etc/web'; write the absolute path
    - {name: e, mountPath: "/etc/web:ro"}
                           ^^^^^^^^^^^^^ a mount path may not hold a colon
  volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}, {name: c, emptyDir: {}}, {name: d, emptyDir: {}}, {name: e, emptyDir: {}}]
)",
                                                 .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts:
    - {name: a, mountPath: /data}
    - {name: b, mountPath: /data/cache}
  - name: windows
    image: example.org/web:1.0
    volumeMounts: [{name: a, mountPath: 'C:\data'}]
  volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]
)",
                                                 .path = "app.yaml"}};

static constexpr Example convention_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts: [{name: a, mountPath: /data/a}, {name: b, mountPath: /database}]
                                                                       ^^^^^^^^^ '/database' is under none of the agreed folders
  volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]
)",
                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts: [{name: a, mountPath: /data/a}, {name: b, mountPath: /run/b}]
  volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]
)",
                                                   .config = "checks:\n  volume-mount-path-inconsistent:\n    prefixes: [/data, /run/]\n",
                                                   .path = "app.yaml"}};

static constexpr Example stale_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts:
    - {name: config, mountPath: /etc/web/web.conf, subPath: web.conf}
                                                   ^^^^^^^ a single file of a configMap volume never follows changes; mount the folder, or restart on changes
  volumes: [{name: config, configMap: {name: web}}]
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    volumeMounts:
    - {name: config, mountPath: /etc/web}
    - {name: data, mountPath: /data, subPath: web}
  volumes: [{name: config, configMap: {name: web}}, {name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "configmap-subpath-stale",
     .title = "ConfigMap or Secret mounted by subPath never updates.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "The kubelet updates a mounted ConfigMap or Secret by switching a link in the mounted folder. A subPath mount is bound to the file of the first "
            "day, so a "
            "rotated certificate or a new setting arrives with the next restart only.",
     .examples = stale_examples,
     .run = on_containers(run_stale)},
    {.id = "volume-mount-path-conflict",
     .title = "Two mounts share a path in one container.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = "Mount paths must be unique in a container: the API server refuses two equal ones, and of two that differ in a slash only the last one is seen. A "
            "mount on / "
            "hides the program itself.",
     .aliases = {refused},
     .examples = conflict_examples,
     .run = on_containers(run_conflict)},
    {.id = "volume-mount-path-inconsistent",
     .title = "Mount path does not follow the house convention.",
     .category = Category::style,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "When all services keep data, configuration and secrets in the same folders, people and scripts find them.",
     .aliases = {"rhcop:OCP_BESTPRACT-00017"},
     .options = convention_options,
     .examples = convention_examples,
     .run = on_containers(run_convention)},
    {.id = "volume-mount-undefined",
     .title = "volumeMount refers to an undefined volume.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "Every mount names a volume of the pod or, in a StatefulSet, a claim template. The API server refuses one that names nothing.",
     .aliases = {refused},
     .examples = undefined_examples,
     .run = on_containers(run_undefined)},
    {.id = "volume-unused",
     .title = "Volume is never mounted.",
     .category = Category::style,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = "The pod still waits for the ConfigMap, Secret or disk to be there before it starts, for nothing. Often a mount was forgotten or a name misspelt.",
     .aliases = {"rhcop:OCP_BESTPRACT-00018"},
     .examples = unused_examples,
     .run = on_pods(run_unused)},
};

extern constinit const std::span<const Check> volume_mounts = table;

}
