#include "tests/catch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>

#include <sys/stat.h>

#include "analyzer/engine/config.h"
#include "analyzer/engine/context.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"

using namespace plimsoll;
namespace fs = std::filesystem;

namespace {

// A folder of its own that goes away with the test.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "plimsoll-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()));
        path_ = fs::canonical(name).string();
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }
    void put(const std::string& name, const std::string& text) const {
        fs::create_directories(fs::path(path_ + "/" + name).parent_path());
        std::ofstream(path_ + "/" + name, std::ios::binary) << text;
    }

private:
    std::string path_;
};

const DiskFileSystem disk;

std::string text_of(const std::string& path) {
    ReadResult result = disk.read(path);
    return std::holds_alternative<std::string>(result) ? std::get<std::string>(result) : "error: " + std::get<ReadError>(result).reason;
}

}

TEST_CASE("paths are joined and taken apart") {
    CHECK(join_path("a/b", "c") == "a/b/c");
    CHECK(join_path("", "c") == "c");
    CHECK(join_path(".", "c") == "c");
    CHECK(join_path("/", "c") == "/c");
    CHECK(join_path("a", "/c") == "/c");
    CHECK(folder_of("a/b/c") == "a/b");
    CHECK(folder_of("c").empty());
    CHECK(folder_of("/c") == "/");
    CHECK(base_name("a/b") == "b");
    CHECK(base_name("b") == "b");
    CHECK(clean_path("./a//b/./c/") == "a/b/c");
    CHECK(clean_path("a/../../b") == "../b");
    CHECK(clean_path("/../a") == "/a");
    CHECK(clean_path(".").empty());
    CHECK(clean_path("/") == "/");
}

TEST_CASE("files on disk") {
    Folder folder;
    const std::string bytes("a\0b\r\n\xFF", 6);
    folder.put("b", bytes);
    folder.put("a/empty", "");
    fs::create_symlink("b", folder / "link");
    fs::create_symlink("nowhere", folder / "dangling");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);

    CHECK(text_of(folder / "b") == bytes);
    CHECK(text_of(folder / "link") == bytes);
    CHECK(text_of(folder / "a/empty").empty());
    CHECK(text_of(folder / "missing") == "error: no such file or directory");
    CHECK(text_of(folder / "pipe") == "error: is a named pipe");
    CHECK(text_of(folder / "a") == "error: is a directory");
    CHECK(text_of("/dev/null") == "error: is a device");
    CHECK(std::get<ReadError>(disk.read(folder / "pipe")).not_a_file);
    CHECK(disk.type(folder / "link") == FileType::regular);
    CHECK(disk.type(folder / "pipe") == FileType::other);
    CHECK_FALSE(disk.type(folder / "dangling"));

    auto entries = disk.list(folder.path());
    REQUIRE(entries.size() == 5);
    CHECK(entries[0].name == "a");
    CHECK(entries[0].type == FileType::directory);
    CHECK(entries[2].name == "dangling");
    CHECK(entries[2].type == FileType::other);
    CHECK(entries[3].is_link);
    CHECK(entries[3].type == FileType::regular);
    CHECK(disk.list(folder / "missing").empty());
    CHECK_FALSE(disk.list_problem(folder / "missing").empty());
    CHECK(disk.list_problem(folder.path()).empty());
}

TEST_CASE("link loops, pipes and dangling links do not stop a walk") {
    Folder folder;
    folder.put("a/Dockerfile", "FROM a");
    fs::create_symlink("..", folder / "a/up");
    fs::create_symlink(".", folder / "self");
    fs::create_symlink("/", folder / "root");
    fs::create_symlink("a", folder / "twin");
    fs::create_symlink("a/Dockerfile", folder / "x.Dockerfile");
    fs::create_symlink("nowhere", folder / "y.Dockerfile");
    fs::create_symlink("nowhere", folder / "y.yaml");
    REQUIRE(::mkfifo((folder / "Dockerfile.pipe").c_str(), 0600) == 0);
    const Registry registry({});
    Overrides overrides;
    overrides.no_config = true;
    Configuration configuration(disk, registry, overrides);
    Discovery discovery = discover(disk, {folder.path()}, configuration);
    REQUIRE(discovery.inputs.size() == 4);
    CHECK(discovery.inputs[0].path == folder / "Dockerfile.pipe");
    CHECK(discovery.inputs[1].path == folder / "a/Dockerfile");
    CHECK(discovery.inputs[2].path == folder / "x.Dockerfile");
    CHECK(discovery.inputs[3].failure == "is a link to a file that does not exist");
    REQUIRE(discovery.notes.size() == 1);
    CHECK(discovery.notes[0] == folder / "root: is a link to a folder outside, not followed");
}

TEST_CASE("files are replaced whole and keep their mode") {
    Folder folder;
    folder.put("Dockerfile", "old");
    fs::permissions(folder / "Dockerfile", fs::perms{0640});
    CHECK(write_file(folder / "Dockerfile", "new\r\n").empty());
    CHECK(text_of(folder / "Dockerfile") == "new\r\n");
    CHECK(fs::status(folder / "Dockerfile").permissions() == fs::perms{0640});

    fs::create_directory(folder / "sub");
    fs::create_symlink("../Dockerfile", folder / "sub/link");
    CHECK(write_file(folder / "sub/link", "linked").empty());
    CHECK(fs::is_symlink(folder / "sub/link"));
    CHECK(text_of(folder / "Dockerfile") == "linked");

    CHECK(write_file(folder / "fresh", "x").empty());
    CHECK(text_of(folder / "fresh") == "x");
    CHECK(write_file(folder / "sub", "x") == "is a directory");
    CHECK(write_file(folder / "missing/x", "x") == "no such file or directory");
    CHECK(disk.list(folder.path()).size() == 3);   // no temporary file stays
}

TEST_CASE("files in memory lie over those below") {
    MemoryFileSystem below;
    below.set("a/one", "1");
    below.set("a/two", "2");
    MemoryFileSystem files(&below);
    files.set("a/two", "two");
    files.set("a/b/three", "3");
    CHECK(std::get<std::string>(files.read("a/one")) == "1");
    CHECK(std::get<std::string>(files.read("a/two")) == "two");
    CHECK(std::get<ReadError>(files.read("a/b")).not_a_file);
    CHECK_FALSE(std::get<ReadError>(files.read("nothing")).not_a_file);
    CHECK(files.type("a") == FileType::directory);
    CHECK(files.type("") == FileType::directory);
    CHECK_FALSE(files.type("a/o"));
    auto entries = files.list("a");
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].name == "b");
    CHECK(entries[1].name == "one");
    CHECK(entries[2].name == "two");
    files.remove("a/two");
    CHECK(std::get<std::string>(files.read("a/two")) == "2");
}

TEST_CASE("a context answers for its own folder only") {
    MemoryFileSystem files;
    files.set("app/src/main.c", "int main;");
    files.set("secret", "s");
    Context context(&files, "app");
    CHECK(context.exists("src/main.c") == true);
    CHECK(context.exists("./src/../src") == true);
    CHECK(context.exists(".") == true);
    CHECK(context.exists("missing") == false);
    CHECK_FALSE(context.exists("../secret").has_value());
    CHECK_FALSE(context.exists("/secret").has_value());
    CHECK(context.read("src/main.c") == "int main;");
    CHECK_FALSE(context.read("src").has_value());
    CHECK_FALSE(context.read("../secret").has_value());
    CHECK_FALSE(Context(nullptr, "").exists("x").has_value());
}
