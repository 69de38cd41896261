#include "tests/catch.h"

#include "analyzer/docker/image.h"

using namespace plimsoll::docker;

namespace {

const std::string sum(64, 'a');

}

TEST_CASE("image references are split like the registry client does") {
    struct Row {
        std::string text, registry, repository, familiar, tag, digest;
    };
    const Row rows[] = {
        {"alpine", "docker.io", "library/alpine", "alpine", "", ""},
        {"alpine:3.22", "docker.io", "library/alpine", "alpine", "3.22", ""},
        {"bitnami/nginx:latest", "docker.io", "bitnami/nginx", "bitnami/nginx", "latest", ""},
        {"docker.io/library/alpine", "docker.io", "library/alpine", "alpine", "", ""},
        {"index.docker.io/alpine:1", "docker.io", "library/alpine", "alpine", "1", ""},
        {"ghcr.io/a/b:v1", "ghcr.io", "a/b", "ghcr.io/a/b", "v1", ""},
        {"localhost/app", "localhost", "app", "localhost/app", "", ""},
        {"registry.test:5000/app", "registry.test:5000", "app", "registry.test:5000/app", "", ""},
        {"registry.test:5000/team/app:2_x", "registry.test:5000", "team/app", "registry.test:5000/team/app", "2_x", ""},
        {"[::1]:5000/app", "[::1]:5000", "app", "[::1]:5000/app", "", ""},
        {"app:5000", "docker.io", "library/app", "app", "5000", ""},
        {"Upper/app", "Upper", "app", "Upper/app", "", ""},
        {"a__b/c.d/e---f", "docker.io", "a__b/c.d/e---f", "a__b/c.d/e---f", "", ""},
        {"alpine@sha256:" + sum, "docker.io", "library/alpine", "alpine", "", "sha256:" + sum},
        {"x.io/a:1@sha256:" + sum, "x.io", "a", "x.io/a", "1", "sha256:" + sum},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        auto reference = parse_reference(row.text);
        REQUIRE(reference);
        CHECK(reference->registry() == row.registry);
        CHECK(reference->repository() == row.repository);
        CHECK(reference->familiar() == row.familiar);
        CHECK(reference->tag_value() == row.tag);
        CHECK(reference->has_tag() == !row.tag.empty());
        CHECK(reference->digest_value() == row.digest);
        CHECK(reference->has_digest() == !row.digest.empty());
    }
}

TEST_CASE("what is no image reference") {
    const std::string texts[] = {
        "",
        "Alpine",
        "a/B",
        "alpine:",
        "alpine:-x",
        "alpine:a b",
        "a//b",
        "a/",
        "/a",
        "a..b",
        "a___b",
        "-a",
        "a-",
        "a:1:2",
        "a@",
        "a@sha256:abc",
        "a@md5:" + sum,
        "a@sha256:" + std::string(64, 'A'),
        "x.io:/a",
        "x.io:80a/b",
        "-x.io/a",
        sum,
        std::string(256, 'a'),
        "a:" + std::string(129, 't'),
        "[::1/a",
    };
    for (const std::string& text : texts) {
        INFO(text);
        CHECK_FALSE(parse_reference(text));
    }
}

TEST_CASE("the parts of a reference are places in its text") {
    auto reference = parse_reference("ghcr.io/a/b:v1@sha256:" + sum);
    REQUIRE(reference);
    CHECK(reference->domain.end == 7);
    CHECK(reference->path.begin == 8);
    CHECK(reference->name_end() == 11);
    CHECK(reference->tag.begin == 12);
    CHECK(reference->tag.end == 14);
    CHECK(reference->digest.begin == 15);
}
