#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::projected_token_long_lived {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (yaml::Node volume : pod["volumes"].items())
        for (yaml::Node source : volume["projected"]["sources"].items()) {
            const yaml::Node seconds = source["serviceAccountToken"]["expirationSeconds"];
            const std::optional<std::int64_t> lifetime = seconds.integer();
            if (lifetime && *lifetime > report.number("max_seconds"))
                report.at(seconds, "the token is valid for " + std::to_string(*lifetime) + " seconds; " + std::to_string(report.number("max_seconds")) +
                                       " or fewer do, because the kubelet renews it in time");
        }
}

static constexpr Option options[] = {
    {.name = "max_seconds", .type = Option::Type::number, .value = "86400", .what = "The longest lifetime of a projected token."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
  volumes:
  - name: token
    projected:
      sources:
      - serviceAccountToken:
          path: vault
          audience: vault
          expirationSeconds: 31536000
                             ^^^^^^^^ the token is valid for 31536000 seconds; 86400 or fewer do, because the kubelet renews it in time
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
  volumes:
  - name: token
    projected:
      sources:
      - serviceAccountToken:
          path: vault
          audience: vault
          expirationSeconds: 3600
)",
                                        .path = "app.yaml"}};

extern constinit const Check projected_token_long_lived = {
    .id = "projected-token-long-lived",
    .title = "Projected token lives long.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A stolen token can be used until it expires. The kubelet replaces a projected token when four fifths of its time are over, "
           "so a long lifetime helps nobody but a thief.",
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
