#include "analyzer/kubernetes/cluster.h"

#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

struct Bundle {
    ManifestFile file;
    Cluster cluster;

    explicit Bundle(const std::string& text, Knowledge knowledge = Knowledge::complete, std::vector<std::string> external = {})
        : file(text), cluster(all(file), knowledge, std::move(external)) {}
    static std::vector<const Object*> all(const ManifestFile& file) {
        std::vector<const Object*> objects;
        for (const auto& object : file.manifest.objects()) objects.push_back(object.get());
        return objects;
    }
    const Object& operator[](std::size_t index) const { return file.object(index); }
};

std::string object(const std::string& kind, const std::string& metadata, const std::string& rest = "") {
    return "---\napiVersion: v1\nkind: " + kind + "\nmetadata: {" + metadata + "}\n" + rest;
}

std::string pod(const std::string& metadata) { return object("Pod", metadata, "spec: {containers: [{name: c, image: x}]}\n"); }

}

TEST_CASE("objects are found in the namespace of the one that names them") {
    const Bundle set(pod("name: p, namespace: a") + object("Secret", "name: s, namespace: a") + object("Secret", "name: s, namespace: b") +
                     object("Secret", "name: t, namespace: b") + object("Secret", "name: u") + pod("name: q"));
    CHECK(set.cluster.find(set[0], "Secret", "s") == &set[1]);
    CHECK(set.cluster.find(set[0], "Secret", "s", "b") == &set[2]);
    CHECK(set.cluster.find(set[0], "Secret", "t") == nullptr);
    CHECK(set.cluster.find(set[0], "Secret", "u") == &set[4]);
    CHECK(set.cluster.find(set[0], "ConfigMap", "s") == nullptr);
    CHECK(set.cluster.missing(set[0], "Secret", "t"));
    CHECK(set.cluster.missing(set[0], "Secret", "none"));
    // Without a namespace it may be applied to b.
    CHECK_FALSE(set.cluster.missing(set[5], "Secret", "t"));
    CHECK_FALSE(set.cluster.missing(set[5], "Secret", "s"));
    CHECK(set.cluster.of_kind("Secret").size() == 4);
    CHECK(set.cluster.of_kind("/Secret").size() == 4);
    CHECK(set.cluster.workloads().size() == 2);
}

TEST_CASE("of several objects of one name the nearest is found") {
    const std::string both = pod("name: p, namespace: a") + object("Secret", "name: s, namespace: a");
    const ManifestFile one(both, "apps/one.yaml"), two(both, "apps/two.yaml"), three(both, "other/three.yaml");
    const ManifestFile four(pod("name: q, namespace: a"), "other/four.yaml");
    std::vector<const Object*> objects;
    for (const ManifestFile* file : {&one, &two, &three, &four})
        for (const Object* object : Bundle::all(*file)) objects.push_back(object);
    const Cluster cluster(objects, Knowledge::complete);
    for (const ManifestFile* file : {&one, &two, &three}) CHECK(cluster.find(file->object(0), "Secret", "s") == &file->object(1));
    CHECK(cluster.find(four.object(0), "Secret", "s") == &three.object(1));
}

TEST_CASE("nothing is missing for certain where more may exist") {
    const std::string text = pod("name: p, namespace: a");
    CHECK_FALSE(Bundle(text, Knowledge::partial).cluster.missing(Bundle(text)[0], "Secret", "s"));
    CHECK(Bundle(text + "---\na: [\n").cluster.partial());
    CHECK(Bundle(text + "---\nkind: Secret\nmetadata: {name: s}\n").cluster.partial());
    CHECK_FALSE(Bundle(text + "---\nsettings: {a: b}\n").cluster.partial());
    CHECK_FALSE(Bundle(text).cluster.missing(Bundle(text)[0], "Secret", "__SECRET__"));
    const Bundle patch("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: system}\n"
                       "spec: {template: {spec: {containers: [{name: c, ports: []}]}}}\n");
    CHECK_FALSE(patch.cluster.missing(patch[0], "Secret", "s"));
    const Bundle external(text, Knowledge::complete, {"Secret/db-*", "*/shared"});
    CHECK_FALSE(external.cluster.missing(external[0], "Secret", "db-main"));
    CHECK_FALSE(external.cluster.missing(external[0], "ConfigMap", "shared"));
    CHECK(external.cluster.missing(external[0], "Secret", "other"));
    CHECK_FALSE(external.cluster.missing(external[0], "ServiceAccount", "default"));
    CHECK_FALSE(external.cluster.missing(external[0], "ConfigMap", "kube-root-ca.crt"));
    CHECK_FALSE(external.cluster.missing(external[0], "ClusterRole", "view"));
    CHECK_FALSE(external.cluster.missing(external[0], "ClusterRole", "system:node"));
    CHECK_FALSE(external.cluster.missing(external[0], "PriorityClass", "system-node-critical"));
    CHECK_FALSE(external.cluster.missing(external[0], "Namespace", "kube-system"));
    CHECK_FALSE(external.cluster.missing(external[0], "ServiceAccount", "job-controller", "kube-system"));
    CHECK(external.cluster.missing(external[0], "ServiceAccount", "backup", "kube-system"));
    CHECK(external.cluster.missing(external[0], "Namespace", "shop"));
    CHECK_FALSE(external.cluster.missing(external[0], "Secret", "${NAME}"));
}

TEST_CASE("a Secret that a controller makes is not missing") {
    const Bundle set(pod("name: p, namespace: a") + "---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: sealed, namespace: a}\n" +
                     "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c, namespace: a}\nspec: {secretName: tls}\n");
    CHECK_FALSE(set.cluster.missing(set[0], "Secret", "sealed"));
    CHECK_FALSE(set.cluster.missing(set[0], "Secret", "tls"));
    CHECK(set.cluster.missing(set[0], "Secret", "c"));
}

TEST_CASE("cluster-scoped objects are found from anywhere") {
    const Bundle set(pod("name: p, namespace: a") + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n" +
                     "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n");
    CHECK(set.cluster.find(set[0], "ClusterRole", "r") == &set[1]);
    CHECK(set.cluster.find(set[2], "ClusterRole", "r") == &set[1]);
    CHECK(set.cluster.find(set[2], "Pod", "p", "a") == &set[0]);
    CHECK(set.cluster.missing(set[2], "ServiceAccount", "x", "a"));
}

TEST_CASE("selectors select in their namespace") {
    const Bundle set(object("Service", "name: s, namespace: a", "spec: {selector: {app: x}}\n") + pod("name: p, namespace: a, labels: {app: x, tier: y}") +
                     pod("name: q, namespace: b, labels: {app: x}") + pod("name: r, labels: {app: x}") +
                     pod("name: t, namespace: a, labels: {app: \"${APP}\"}") + pod("name: u, namespace: a, labels: {app: z}"));
    const auto names = [&](const Selector& selector, std::string_view space = {}) {
        std::string all;
        for (const Pod* pod : set.cluster.selected(set[0], selector, space)) all += pod->object->name();
        return all;
    };
    const Selector app = Selector::map(set[0].spec()["selector"]);
    CHECK(names(app) == "prt");
    CHECK(names(app, "b") == "qr");
    CHECK(names(Selector::labels({})) == "");
    CHECK(Cluster::same_namespace(set[0], set[1]) == Match::yes);
    CHECK(Cluster::same_namespace(set[0], set[2]) == Match::no);
    CHECK(Cluster::same_namespace(set[0], set[3]) == Match::unknown);
}

TEST_CASE("an empty label selector selects every pod of the namespace") {
    const Bundle set("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n, namespace: a}\nspec: {podSelector: {}}\n" +
                     pod("name: p, namespace: a") + pod("name: q, namespace: b"));
    const auto pods = set.cluster.selected(set[0], Selector::labels(set[0].spec()["podSelector"])).pods();
    REQUIRE(pods.size() == 1);
    CHECK(pods.front()->object->name() == "p");
}

TEST_CASE("equal selectors of one namespace share a selection") {
    const Bundle set(object("Service", "name: s, namespace: a", "spec: {selector: {app: x, tier: y}}\n") +
                     object("Service", "name: t, namespace: a", "spec: {selector: {app: x, tier: y}}\n") +
                     object("Service", "name: u, namespace: b", "spec: {selector: {app: x, tier: y}}\n") +
                     object("Service", "name: v, namespace: a", "spec: {selector: {app: x, tier: \"y=:\"}}\n") +
                     pod("name: p, namespace: a, labels: {app: x, tier: y}"));
    const auto selected = [&](std::size_t i) { return &set.cluster.selected(set[i], Selector::map(set[i].spec()["selector"])); };
    CHECK(selected(0) == selected(1));
    CHECK(selected(0) != selected(2));
    CHECK(selected(0) != selected(3));
    CHECK(selected(2)->empty());
    CHECK(selected(0)->nearest(set[0]).size() == 1);
    CHECK(selected(0)->beside(set[1]).size() == 1);
}
