#include "tests/catch.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"

using namespace plimsoll;

namespace {

using Paths = std::vector<std::string>;

MemoryFileSystem tree(std::initializer_list<std::pair<const char*, const char*>> files) {
    MemoryFileSystem out;
    for (const auto& [path, text] : files) out.set(path, text);
    return out;
}

Discovery found(const FileSystem& files, const Paths& paths) {
    static const Registry registry({});
    Overrides overrides;
    overrides.no_config = true;
    Configuration configuration(files, registry, overrides);
    return discover(files, paths, configuration);
}

Paths names(const Discovery& discovery) {
    Paths out;
    for (const Input& input : discovery.inputs) out.push_back(input.path);
    return out;
}

}

TEST_CASE("names of Dockerfiles") {
    for (const char* name :
         {"Dockerfile", "a/Dockerfile", "Dockerfile.dev", "Dockerfile.go", "Dockerfile-dev", "Dockerfile_test_1", "Dockerfile-ubuntu-22.04", "api.Dockerfile",
          "api.dockerfile", "dockerfile", "dockerfile.dev", "DOCKERFILE", "Containerfile", "Containerfile.dev", "x.containerfile", ".dockerfile"}) {
        INFO(name);
        CHECK(kind_by_name(name) == FileKind::dockerfile);
    }
    for (const char* name : {"Dockerfile.dockerignore", ".dockerignore", "Dockerfile.md", "dockerfile.go", "Dockerfile_test.go", "dockerfile-parser",
                             "dockerfile_lexer.py", "Dockerfiles", "MyDockerfile", "Dockerfile.yaml", "Dockerfile.", "a.txt", "", "Dockerfile/README"}) {
        INFO(name);
        CHECK(kind_by_name(name) == FileKind::other);
    }
}

TEST_CASE("content tells a Dockerfile of any name") {
    for (const char* text :
         {"FROM alpine", "from alpine as base\n", "\xEF\xBB\xBF# hello\n\n  FROM a\r\n", "ARG A=1\nFROM a", "arg version\n",
          "# syntax=docker/dockerfile:1\nhello", "# escape=`\n# syntax = x\n", "from \\\n alpine", "from --platform=linux/amd64 a", "FROM a b c d"}) {
        INFO(text);
        CHECK(kind_by_content(text) == FileKind::dockerfile);
    }
    for (const char* text : {"", "\n\n", "# only a comment", "from os import path\n", "From: me", "From here on it is prose", "RUN x\nFROM a", "FROMAGE",
                             "apiVersion: v1\n", "arg: value", "# a comment\n# syntax=x\nhello", "from\n", "import x\nfrom a"}) {
        INFO(text);
        CHECK(kind_by_content(text) == FileKind::other);
    }
}

TEST_CASE("a walk takes candidates, sorted, and nothing else") {
    auto files = tree({{"b/Dockerfile", ""},
                       {"a.Dockerfile", ""},
                       {"b/k8s.yaml", ""},
                       {"b/x.yml", ""},
                       {"b/x.json", ""},
                       {"README.md", ""},
                       {"Dockerfile.md", ""},
                       {".git/Dockerfile", ""},
                       {"b/.git/Dockerfile", ""},
                       {"Dockerfile/x/Dockerfile", ""},
                       {".github/Dockerfile", ""},
                       {".#Dockerfile", ""},
                       {"main.go", ""}});
    const Paths expected = {".github/Dockerfile", "Dockerfile/x/Dockerfile", "a.Dockerfile", "b/Dockerfile", "b/k8s.yaml", "b/x.json", "b/x.yml"};
    for (const char* root : {".", "./", ".//"}) CHECK(names(found(files, {root})) == expected);
    CHECK(found(files, {"."}).inputs[1].kind == FileKind::dockerfile);
    CHECK(found(files, {"."}).inputs[4].kind == FileKind::other);
    CHECK_FALSE(found(files, {"."}).inputs[1].given);
}

TEST_CASE("given paths are always taken, once") {
    auto files = tree({{"a/notes.txt", ""}, {"a/Dockerfile", ""}, {"a/.gitignore", "*"}, {"b/Dockerfile", ""}});
    Discovery discovery = found(files, {"./a/notes.txt", "a//Dockerfile", "b", "b/Dockerfile", "b/./Dockerfile", "missing"});
    CHECK(names(discovery) == Paths{"a/Dockerfile", "a/notes.txt", "b/Dockerfile", "missing"});
    for (const Input& input : discovery.inputs) {
        INFO(input.path);
        CHECK(input.given);
        CHECK(input.failure.empty() == (input.path != "missing"));
    }
    CHECK(found(files, {""}).inputs.at(0).failure == "is an empty path");
    CHECK(found(files, {"a"}).inputs.empty());
}

TEST_CASE("ignore files count as git counts them") {
    struct Row {
        const char* about;
        std::initializer_list<std::pair<const char*, const char*>> files;
        Paths roots, expected;
    };
    const Row rows[] = {
        {"the last pattern wins",
         {{".gitignore", "Dockerfile*\n!Dockerfile.dev\n"}, {"Dockerfile", ""}, {"a/Dockerfile.dev", ""}},
         {"."},
         {"a/Dockerfile.dev"}},
        {"an inner file wins",
         {{".gitignore", "Dockerfile"}, {"a/.gitignore", "!Dockerfile"}, {"a/Dockerfile", ""}, {"b/Dockerfile", ""}},
         {"."},
         {"a/Dockerfile"}},
        {"nothing comes back from an ignored folder", {{".gitignore", "a/\n!a/Dockerfile"}, {"a/.gitignore", "!*"}, {"a/Dockerfile", ""}}, {"."}, {}},
        {"but from an ignored folder's content", {{".gitignore", "a/*\n!a/Dockerfile"}, {"a/Dockerfile", ""}, {"a/x.Dockerfile", ""}}, {"."}, {"a/Dockerfile"}},
        {"a slash inside anchors",
         {{".gitignore", "a/Dockerfile\n/Dockerfile"}, {"Dockerfile", ""}, {"a/Dockerfile", ""}, {"b/a/Dockerfile", ""}},
         {"."},
         {"b/a/Dockerfile"}},
        {"a slash at the end takes folders only",
         {{".gitignore", "Dockerfile/"}, {"Dockerfile/Dockerfile", ""}, {"a/Dockerfile", ""}},
         {"."},
         {"a/Dockerfile"}},
        {"anchored in its own folder", {{"a/.gitignore", "/b"}, {"a/b/Dockerfile", ""}, {"b/Dockerfile", ""}}, {"."}, {"b/Dockerfile"}},
        {"line ends, BOM, comments",
         {{".gitignore", "\xEF\xBB\xBF"
                         "a\r\n#b\r\n\\#c  \r\n"},
          {"a/Dockerfile", ""},
          {"b/Dockerfile", ""},
          {"#c/Dockerfile", ""}},
         {"."},
         {"b/Dockerfile"}},
        {"info/exclude counts least",
         {{".git/info/exclude", "a\nb"}, {".gitignore", "!a"}, {"a/Dockerfile", ""}, {"b/Dockerfile", ""}},
         {"."},
         {"a/Dockerfile"}},
        {"folders above count in a repository",
         {{".git/HEAD", ""}, {".gitignore", "x\n/s/y"}, {"s/x/Dockerfile", ""}, {"s/y/Dockerfile", ""}, {"s/z/Dockerfile", ""}},
         {"s"},
         {"s/z/Dockerfile"}},
        {"and not outside one", {{".gitignore", "x"}, {"s/x/Dockerfile", ""}}, {"s"}, {"s/x/Dockerfile"}},
        {"an ignored folder that is given is walked", {{".git/HEAD", ""}, {".gitignore", "s\nDockerfile"}, {"s/Dockerfile", ""}}, {"s"}, {"s/Dockerfile"}},
        {"a repository inside has its own rules",
         {{".git/HEAD", ""},
          {".gitignore", "Dockerfile"},
          {"m/.git", "gitdir: ../.git/modules/m\n"},
          {"m/Dockerfile", ""},
          {"m/x/Dockerfile", ""},
          {"m/../.git/modules/m/info/exclude", "x"},
          {"Dockerfile", ""}},
         {"."},
         {"m/Dockerfile"}},
    };
    for (const Row& row : rows) {
        INFO(row.about);
        CHECK(names(found(tree(row.files), row.roots)) == row.expected);
    }
}

TEST_CASE("a tree that is deep or wide does no harm") {
    MemoryFileSystem files;
    std::string deep;
    for (int i = 0; i < 2000; ++i) deep += "d/";
    files.set(deep + "Dockerfile", "");
    CHECK(names(found(files, {"."})) == Paths{deep + "Dockerfile"});
}
