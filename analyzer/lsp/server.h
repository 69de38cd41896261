#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace plimsoll {
class FileSystem;
class Registry;
}

namespace plimsoll::lsp {

// A language server without its transport: bodies of messages go in, bodies of messages come out through `send`.
// Nothing that comes in makes it throw or end, but the exit notification.
class Server {
public:
    Server(const Registry& registry, const FileSystem& disk, std::string working_directory, std::function<void(const std::string&)> send);
    ~Server();

    void receive(std::string_view message);
    // Analyses what changed and publishes it; called when no message waits, so that a burst of edits costs one analysis.
    void flush();

    bool has_work() const;   // a changed document waits for flush()
    bool finished() const;
    int exit_code() const;   // 0 after shutdown, else 1

private:
    class Session;
    std::unique_ptr<Session> session_;
};

}
