#include "analyzer/engine/check.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

constexpr Check sudo{
    .id = "sudo-in-run", .title = "Test.", .aliases = {"hadolint:DL3004", "trivy:DS-0010", "checkov:CKV2_DOCKER_1", "semgrep:no-sudo-in-dockerfile"}};
constexpr Check quoting{.id = "shell-unquoted-expansion", .title = "Test.", .aliases = {"hadolint:SC2086", "hadolint:SC2046"}};
constexpr Check untagged{.id = "base-image-untagged", .title = "Test.", .aliases = {"hadolint:DL3006", "trivy:DS-0001"}};
constexpr Check latest{.id = "base-image-latest-tag", .title = "Test.", .aliases = {"hadolint:DL3007", "trivy:DS-0001", "buildkit:StageNameCasing"}};

const Registry& registry() {
    static const Registry all({{&sudo, "dockerfile"}, {&quoting, "shell"}, {&untagged, "dockerfile"}, {&latest, "dockerfile"}});
    return all;
}

std::string ids(std::string_view name) {
    std::string out;
    for (const Check* check : registry().resolve(name)) out += (out.empty() ? "" : " ") + std::string(check->id);
    return out;
}

}

TEST_CASE("the registry is sorted and finds own ids") {
    REQUIRE(registry().all().size() == 4);
    CHECK(registry().all()[0].check == &latest);
    CHECK(registry().find("sudo-in-run") == &sudo);
    CHECK(registry().find("sudo") == nullptr);
    CHECK(registry().has_peer("semgrep"));
    CHECK_FALSE(registry().has_peer("kics"));
}

TEST_CASE("names resolve in every spelling") {
    CHECK(ids("sudo-in-run") == "sudo-in-run");
    CHECK(ids("DL3004") == "sudo-in-run");
    CHECK(ids("hadolint:DL3004") == "sudo-in-run");
    CHECK(ids("shellcheck:SC2086") == "shell-unquoted-expansion");
    CHECK(ids("SC2046") == "shell-unquoted-expansion");
    for (const char* name : {"AVD-DS-0010", "avd-ds-0010", "DS-0010", "DS010", "ds-0010", "trivy:DS0010"}) CHECK(ids(name) == "sudo-in-run");
    CHECK(ids("ckv2_docker_1") == "sudo-in-run");
    CHECK(ids("no-sudo-in-dockerfile") == "sudo-in-run");
    CHECK(ids("DS-0001") == "base-image-latest-tag base-image-untagged");
    CHECK(ids("StageNameCasing") == "base-image-latest-tag");
    CHECK(ids("stagenamecasing").empty());
    CHECK(ids("trivy:DL3004").empty());
    CHECK(ids("").empty());
}

TEST_CASE("a near name is proposed, a far one not") {
    CHECK(registry().nearest("sudo-in-rum") == "sudo-in-run");
    CHECK(registry().nearest("base-image-untaged") == "base-image-untagged");
    CHECK(registry().nearest("something-else-entirely").empty());
}

TEST_CASE("peers' ids that do not exist are known as such") {
    CHECK(exists_in_peer("hadolint", "DL3005"));
    CHECK(exists_in_peer("hadolint", "SC9999"));
    CHECK_FALSE(exists_in_peer("hadolint", "DL9999"));
    CHECK_FALSE(exists_in_peer("hadolint", "dl3004"));
    CHECK(exists_in_peer("checkov", "CKV_DOCKER_11"));
    CHECK_FALSE(exists_in_peer("checkov", "CKV_DOCKER_99"));
    CHECK(exists_in_peer("trivy", "AVD-DS-0002"));
    CHECK_FALSE(exists_in_peer("trivy", "DS-0999"));
    CHECK_FALSE(exists_in_peer("buildkit", "stagenamecasing"));
    CHECK(exists_in_peer("kics", "8ada6e80-0ade-439e-b176-0b28f6bce35a"));
    CHECK_FALSE(exists_in_peer("kics", "8ada6e80"));
}

TEST_CASE("dates") {
    for (const char* good : {"2026-12-31", "2024-02-29"}) CHECK(is_date(good));
    for (const char* bad : {"", "2026-13-01", "2026-02-29", "2026-1-1", "soon", "2026-12-31x", "2026-00-10", "20261231--"}) CHECK_FALSE(is_date(bad));
}
