#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/control_plane.h"

#include <algorithm>

namespace plimsoll::checks::cert_manager_policy {

// Hours of a Go duration such as "2160h" or "2160h0m0s".
static std::optional<long> hours_of(std::string_view text) {
    const std::optional<std::int64_t> seconds = kubernetes::duration_seconds(text);
    if (!seconds) return std::nullopt;
    return static_cast<long>((*seconds + 3599) / 3600);
}

static void judge_duration(yaml::Node duration, Reporter& report) {
    const long limit = report.number("max-hours");
    if (limit <= 0 || !duration.text()) return;
    const std::optional<long> hours = hours_of(*duration.text());
    if (hours && *hours > limit)
        report.at(duration, "a certificate that lives " + quote(*duration.text()) + " is beyond the limit of " + std::to_string(limit) + "h of this project")
            .only({"kyverno:limit-duration"});
}

static void run(const kubernetes::Object& object, Reporter& report) {
    judge_duration(object.at("spec.duration"), report);
    const yaml::Node names = object.at("spec.dnsNames");
    const long most = report.number("max-dns-names");
    if (most > 0 && names.size() > static_cast<std::size_t>(most))
        report
            .at(names.key() ? names.key() : names,
                "the certificate is for " + std::to_string(names.size()) + " names; the limit of this project is " + std::to_string(most))
            .only({"kyverno:limit-dnsnames"});
    const std::vector<std::string>& issuers = report.list("issuers");
    const yaml::Node issuer = object.at("spec.issuerRef.name");
    if (!issuers.empty() && issuer.text() && !issuer.is_placeholder() && std::find(issuers.begin(), issuers.end(), *issuer.text()) == issuers.end())
        report.at(issuer, quote(*issuer.text()) + " is not among the issuers of this project").only({"kyverno:restrict-issuer"});
}

static constexpr Option options[] = {{.name = "max-hours", .type = Option::Type::number, .value = "0", .what = "longest life of a certificate; 0: no limit"},
                                     {.name = "max-dns-names", .type = Option::Type::number, .value = "0", .what = "names in one certificate; 0: no limit"},
                                     {.name = "issuers", .what = "allowed names of issuers; any when empty"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  duration: 8760h
            ^^^^^ a certificate that lives '8760h' is beyond the limit of 2160h of this project
  issuerRef: {name: test-ca}
                    ^^^^^^^ 'test-ca' is not among the issuers of this project
)",
                                        .good = R"(
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  duration: 2160h
  issuerRef: {name: ca}
)",
                                        .config = R"(checks: {cert-manager-policy: {max-hours: 2160, issuers: [ca]}})",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check cert_manager_policy = {
    .id = "cert-manager-policy",
    .title = "Certificate breaks issuer, name or lifetime policy.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Short lives and few names limit what a stolen key is good for. The configuration says what this project allows.",
    .aliases = {"kyverno:limit-duration", "kyverno:limit-dnsnames", "kyverno:restrict-issuer"},
    .options = options,
    .examples = examples,
    .run = on_objects({"cert-manager.io/Certificate", "cert-manager.io/CertificateRequest"}, run),
};

}
