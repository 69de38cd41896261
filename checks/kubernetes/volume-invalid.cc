#include <algorithm>
#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of the volumes of a pod.

namespace plimsoll::checks::volume_invalid {

using kubernetes::Pod;
using yaml::Node;

namespace {

// Every kind of volume, in the order in which the API server looks at them: the first one counts, any further one is refused.
constexpr std::string_view sources[] = {"emptyDir",
                                        "hostPath",
                                        "gitRepo",
                                        "gcePersistentDisk",
                                        "awsElasticBlockStore",
                                        "secret",
                                        "nfs",
                                        "iscsi",
                                        "glusterfs",
                                        "flocker",
                                        "persistentVolumeClaim",
                                        "rbd",
                                        "cinder",
                                        "cephfs",
                                        "quobyte",
                                        "downwardAPI",
                                        "fc",
                                        "flexVolume",
                                        "configMap",
                                        "azureFile",
                                        "vsphereVolume",
                                        "photonPersistentDisk",
                                        "portworxVolume",
                                        "azureDisk",
                                        "storageos",
                                        "projected",
                                        "scaleIO",
                                        "csi",
                                        "ephemeral",
                                        "image"};

constexpr std::int64_t most_bits = 0777, most_bits_empty_dir = 01777;

bool climbs(std::string_view path) {
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        if (path.substr(at, end - at) == "..") return true;
        at = end + 1;
    }
    return false;
}

bool stays_inside(std::string_view path) { return !path.starts_with('/') && !path.starts_with("..") && !climbs(path); }

}

static void judge_mode(Node mode, Refusals& refusals) {
    // file-mode-not-octal says it in the other profiles.
    const auto bits = mode.integer();
    if (refusals.as_server() && bits && (*bits < 0 || *bits > most_bits))
        refusals.wrong(mode, quote(mode.scalar()) + " is " + std::to_string(*bits) + " in decimal, above 511; write the mode in octal, such as 0644");
}

static void judge_target(Node path, Refusals& refusals) { refusals.text(path, stays_inside, "a relative path that neither starts with '..' nor leads up"); }

static void judge_items(Node items, Refusals& refusals) {
    for (Node item : items.items()) {
        judge_target(item["path"], refusals);
        judge_mode(item["mode"], refusals);
    }
}

// What a file of the downward API shows.
static void judge_downward(Node items, std::string_view place, Refusals& refusals) {
    for (Node item : items.items()) {
        if (!item.is_mapping()) continue;
        const Node field = item["fieldRef"], resource = item["resourceFieldRef"];
        judge_target(item["path"], refusals);
        judge_mode(item["mode"], refusals);
        // The API server names the volume, not the item.
        const std::string where = server_path(refusals, items.parent(), place);
        if (!field.is_set() && !resource.is_set() && refusals.whole())
            refusals.clash(item, "the file shows nothing; add fieldRef or resourceFieldRef").field(where);
        else if (field.is_set() && resource.is_set())
            refusals.clash(item, "fieldRef and resourceFieldRef exclude each other; keep one").field(where);
        if (resource.is_mapping()) refusals.needs(resource, "containerName", "the name of the container");
    }
}

// ---- projected volumes ------------------------------------------------------------------------------------------------

static void judge_token(const Pod& pod, Node volume, Node token, Refusals& refusals) {
    if (!token.is_mapping()) return;
    if (refusals.as_server() && !token["path"].is_set())
        refusals.absent(token, "path", "the path of the token is needed").field(server_path(refusals, volume["projected"], ".path"));
    refusals.range(token["expirationSeconds"], 600, std::int64_t{1} << 32);
    if (const Node path = token["path"]; path.text() && path.text()->empty())
        refusals.wrong(path, "the path may not be empty; write one").field(server_path(refusals, volume["projected"], ".path"));
    else if (path.text() && !stays_inside(*path.text()))
        refusals.wrong(path, quote(*path.text()) + " leads out of the volume; write a relative path")
            .field(server_path(refusals, volume["projected"], ".path"));
    if (pod.object->is("Pod") && refusals.whole() && !pod["serviceAccountName"].is_set() && !pod["serviceAccount"].is_set())
        refusals.clash(token, "a token needs the account it is for; set serviceAccountName of the pod");
}

static void judge_paths(Node volume, Refusals& refusals) {
    constexpr std::size_t most = 2000;
    std::unordered_set<std::string_view> seen;
    const auto add = [&](Node path) {
        const std::string_view text = path.text_or_empty();
        if (!text.empty() && seen.size() < most && !seen.insert(text).second)
            refusals.wrong(path, "another file of this volume is " + quote(text) + " as well; use another path")
                .field(server_path(refusals, volume["projected"], ""));
    };
    for (Node source : volume["projected"]["sources"].items()) {
        for (std::string_view kind : {"secret", "configMap", "downwardAPI"})
            for (Node item : source[kind]["items"].items()) add(item["path"]);
        add(source["clusterTrustBundle"]["path"]);
    }
}

static void judge_projected(const Pod& pod, Node volume, Refusals& refusals) {
    const Node projected = volume["projected"];
    judge_mode(projected["defaultMode"], refusals);
    for (Node source : projected["sources"].items()) {
        if (count_set(source, {"secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"}) > 1)
            refusals.clash(source, "the entry names several sources; make an entry of each").field(server_path(refusals, source, ""));
        for (std::string_view kind : {"secret", "configMap"}) {
            if (source[kind].is_mapping()) refusals.needs(source[kind], "name", "the name of the object");
            judge_items(source[kind]["items"], refusals);
        }
        judge_downward(source["downwardAPI"]["items"], "", refusals);
        judge_token(pod, volume, source["serviceAccountToken"], refusals);
    }
    judge_paths(volume, refusals);
}

// ---- the kinds of volume ----------------------------------------------------------------------------------------------

static void judge_needed(Node first, Refusals& refusals) {
    const std::string_view kind = first.key().scalar();
    if (kind == "secret") refusals.needs(first, "secretName", "the name of the Secret");
    if (kind == "configMap") refusals.needs(first, "name", "the name of the ConfigMap");
    if (kind == "ephemeral" && first.is_mapping() && !first["volumeClaimTemplate"].is_set() && refusals.whole())
        refusals.absent(first, "volumeClaimTemplate", "an ephemeral volume needs the claim to make; add volumeClaimTemplate");
    if (kind == "nfs" && !first["path"].text_or_empty().empty() && !first["path"].text_or_empty().starts_with('/'))
        refusals.wrong(first["path"], quote(first["path"].scalar()) + " is relative; write the path from the root of the server");
    if (kind == "hostPath" && climbs(first["path"].text_or_empty()))
        refusals.wrong(first["path"], quote(first["path"].scalar()) + " leads up; write the path without '..'");
    if (kind == "csi") refusals.text(first["driver"], kubernetes::is_dns1123_subdomain, "a DNS name");
    if (kind == "gcePersistentDisk" || kind == "awsElasticBlockStore") refusals.range(first["partition"], 0, 255);
}

static void judge_empty_dir(Node empty, Refusals& refusals) {
    refusals.not_negative(empty["sizeLimit"]);
    refusals.range(empty["mode"], 0, most_bits_empty_dir);
}

// The volumes that a StatefulSet makes of its claims stand before the others for the API server.
static void judge_name(const Pod& pod, Node name, Refusals& refusals) {
    const std::string_view text = name.text_or_empty();
    if (text.empty() || kubernetes::is_dns1123_label(text)) return;
    // A claim template of the name takes the place of the volume.
    for (Node claim : pod.object->spec()["volumeClaimTemplates"].items())
        if (claim["metadata"]["name"].text() == text) return;
    Draft draft = refusals.wrong(name, quote(text) + " is not valid here; use " + std::string(Refusals::label_advice));
    if (!refusals.as_server() || !pod.object->is("StatefulSet")) return;
    const std::size_t made = pod.object->spec()["volumeClaimTemplates"].size();
    draft.field(server_path(refusals, pod.spec, ".volumes[" + std::to_string(made + name.parent().index()) + "].name"));
}

static void judge_made_names(const Pod& pod, Refusals& refusals) {
    std::size_t index = 0;
    for (Node claim : pod.object->spec()["volumeClaimTemplates"].items()) {
        const Node name = claim["metadata"]["name"];
        if (!name.text_or_empty().empty() && !kubernetes::is_dns1123_label(name.scalar()))
            refusals.wrong(name, quote(name.scalar()) + " becomes the name of a volume; use " + std::string(Refusals::label_advice))
                .field(server_path(refusals, pod.spec, ".volumes[" + std::to_string(index) + "].name"));
        ++index;
    }
}

static void judge_volume(const Pod& pod, Node volume, Refusals& refusals) {
    judge_name(pod, volume["name"], refusals);
    // Most volumes have a name and one source; the order of the list matters only for what comes behind.
    if (volume.size() > 2) {
        Node first;
        for (std::string_view kind : sources) {
            const Node source = volume[kind];
            if (!source.is_set()) continue;
            if (first) refusals.clash(source, "the volume is " + quote(first.key().scalar()) + " already; make a volume of each");
            if (!first) first = source;
        }
    }
    for (const yaml::Entry& entry : volume.entries()) {
        const Node source = entry.value;
        const std::string_view kind = entry.key.scalar();
        if (kind == "name" || !source.is_set()) continue;
        judge_needed(source, refusals);
        if (kind == "emptyDir") judge_empty_dir(source, refusals);
        if (kind == "secret" || kind == "configMap") {
            judge_mode(source["defaultMode"], refusals);
            judge_items(source["items"], refusals);
        }
        if (kind == "downwardAPI") judge_downward(source["items"], "", refusals);
        if (kind == "projected") judge_projected(pod, volume, refusals);
    }
}

static void run(const Pod& pod, Reporter& report) {
    if (!pod.object->builtin()) return;
    Refusals refusals(*pod.object, report);
    for (Node volume : pod["volumes"].items())
        if (volume.is_mapping()) judge_volume(pod, volume, refusals);
    if (pod.object->is("StatefulSet")) judge_made_names(pod, refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4"}
  volumes:
  - {name: A_b, emptyDir: {}}
           ^^^ 'A_b' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  - {name: two, emptyDir: {}, hostPath: {path: /x}}
                              ^^^^^^^^ the volume is 'emptyDir' already; make a volume of each
  - {name: up, hostPath: {path: /x/../y}}
                                ^^^^^^^ '/x/../y' leads up; write the path without '..'
  - {name: size, emptyDir: {sizeLimit: "-1"}}
                                       ^^^^ '-1' is negative; use 0 or more
  - {name: secret, secret: {}}
                   ^^^^^^ the name of the Secret is needed; add secretName
  - {name: config, configMap: {items: [{key: a, path: /etc/a}, {key: b, path: ..b}]}}
                   ^^^^^^^^^ the name of the ConfigMap is needed; add name
                                                      ^^^^^^ '/etc/a' is not valid here; use a relative path that neither starts with '..' nor leads up
                                                                              ^^^ '..b' is not valid here; use a relative path that neither starts with '..' nor leads up
  - {name: nfs, nfs: {server: nfs.example.org, path: export}}
                                                     ^^^^^^ 'export' is relative; write the path from the root of the server
  - {name: driver, csi: {driver: Some Driver}}
                                 ^^^^^^^^^^^ 'Some Driver' is not valid here; use a DNS name
  - {name: claim, ephemeral: {}}
                  ^^^^^^^^^ an ephemeral volume needs the claim to make; add volumeClaimTemplate
  - {name: down, downwardAPI: {items: [{path: a}, {path: b, fieldRef: {fieldPath: metadata.name}, resourceFieldRef: {containerName: web, resource: limits.cpu}}]}}
                                        ^^^^ the file shows nothing; add fieldRef or resourceFieldRef
                                                   ^^^^ fieldRef and resourceFieldRef exclude each other; keep one
  - name: all
    projected:
      sources:
      - {secret: {name: a, items: [{key: a, path: same}]}, configMap: {name: b}}
         ^^^^^^ the entry names several sources; make an entry of each
      - configMap: {name: b, items: [{key: a, path: same}]}
                                                    ^^^^ another file of this volume is 'same' as well; use another path
      - secret: {}
        ^^^^^^ the name of the object is needed; add name
      - serviceAccountToken: {path: token, expirationSeconds: 60}
        ^^^^^^^^^^^^^^^^^^^ a token needs the account it is for; set serviceAccountName of the pod
                                                              ^^ '60' is out of range; use 600 to 4294967296
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  containers:
  - {name: web, image: "example.org/web:1.4"}
  volumes:
  - {name: a-b, emptyDir: {sizeLimit: 1Gi}}
  - {name: nothing}
  - {name: up, hostPath: {path: /x/..y}}
  - {name: secret, secret: {secretName: "${SECRET}"}}
  - {name: config, configMap: {name: app, items: [{key: a, path: etc/a}]}}
  - {name: nfs, nfs: {server: nfs.example.org, path: /export}}
  - {name: down, downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}]}}
  - name: all
    projected:
      sources:
      - secret: {name: a, items: [{key: a, path: one}]}
      - configMap: {name: b, items: [{key: a, path: two}]}
      - serviceAccountToken: {path: token, expirationSeconds: 600}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - {name: db, image: "example.org/db:1.4"}
      volumes:
      - {name: config, configMap: {name: db, defaultMode: 644}}
                                                          ^^^ '644' is 644 in decimal, above 511; write the mode in octal, such as 0644
      - {name: a_b, emptyDir: {}}
               ^^^ 'a_b' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  volumeClaimTemplates:
  - metadata: {name: da_ta}
                     ^^^^^ 'da_ta' becomes the name of a volume; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
     .good = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - {name: db, image: "example.org/db:1.4"}
      volumes:
      - {name: config, configMap: {name: db, defaultMode: 0644}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check volume_invalid = {
    .id = "volume-invalid",
    .title = "Volume is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "A volume has a name, one source, and what that source needs: a name, a path inside of it, a mode of at most 0777. The API server refuses the pod "
           "for one that has not.",
    .aliases = {refused},
    .examples = examples,
    .run = on_pods(run),
};

}
