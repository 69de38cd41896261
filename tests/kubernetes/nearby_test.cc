#include "analyzer/kubernetes/nearby.h"

#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

std::vector<const Object*> all(const ManifestFile& file) {
    std::vector<const Object*> objects;
    for (const auto& object : file.manifest.objects()) objects.push_back(object.get());
    return objects;
}

constexpr const char* workload = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      serviceAccountName: web
      containers:
      - name: web
        env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: k}}}]
        envFrom: [{configMapRef: {name: b}}]
        volumeMounts: [{name: c, mountPath: /c, subPath: x}]
      volumes: [{name: c, configMap: {name: c}}, {name: d, persistentVolumeClaim: {claimName: d}}]
)";

}

TEST_CASE("a pod's references are found with the way they are used") {
    const ManifestFile file(workload);
    const auto found = references_of(file.object(0).pods().front());
    REQUIRE(found.size() == 5);
    CHECK(found[0].kind == "Secret");
    CHECK(found[0].use == PodReference::Use::variable);
    CHECK(found[1].use == PodReference::Use::variables);
    CHECK(found[2].use == PodReference::Use::mounted_file);
    CHECK(found[3].kind == "PersistentVolumeClaim");
    CHECK(found[4].name.scalar() == "web");
}

TEST_CASE("replicas are one where nothing is written, and unknown where a number says nothing") {
    CHECK(replicas_of(ManifestFile("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {replicas: 3}\n").object(0)) == 3);
    CHECK_FALSE(replicas_of(ManifestFile("apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec: {}\n").object(0)).has_value());
    CHECK_FALSE(replicas_of(ManifestFile("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: \"${N}\"}\n").object(0)).has_value());
}

TEST_CASE("pods of an operator bear the name of its object") {
    const ManifestFile file("apiVersion: example.org/v1\nkind: Database\nmetadata: {name: main, namespace: a}\n"
                            "---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}\nspec: {selector: {db: main}}\n"
                            "---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: b}\nspec: {selector: {db: main}}\n");
    const Cluster cluster(all(file), Knowledge::complete);
    const PodsToCome to_come(cluster);
    CHECK(to_come.may_match(file.object(1), Selector::map(file.object(1).at("spec.selector"))));
    CHECK_FALSE(to_come.may_match(file.object(2), Selector::map(file.object(2).at("spec.selector"))));
    CHECK(home_of(file.object(1)) == "a");
}

TEST_CASE("labels of a prefix that no template has are an operator's") {
    const std::string service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {db.example.org/role: primary}}\n";
    const auto may_match = [](const std::string& text) {
        const ManifestFile file(text);
        const Cluster cluster(all(file), Knowledge::complete);
        return PodsToCome(cluster).may_match(file.object(0), Selector::map(file.object(0).at("spec.selector")));
    };
    CHECK(may_match(service));
    CHECK_FALSE(may_match(service + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {db.example.org/role: replica}}\n"
                                    "spec: {containers: [{name: c, image: x}]}\n"));
    CHECK_FALSE(may_match("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app.kubernetes.io/name: web}}\n"));
}
