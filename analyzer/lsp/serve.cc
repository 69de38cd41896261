#include "analyzer/lsp/serve.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include <poll.h>
#include <unistd.h>

#include "analyzer/engine/filesystem.h"
#include "analyzer/lsp/framing.h"
#include "analyzer/lsp/server.h"

namespace plimsoll::lsp {

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t written = write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool input_waits(int timeout) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return poll(&input, 1, timeout) > 0;
}

// How long to wait for the next edit before an analysis: not at all when analyses are quick.
class Pause {
public:
    int wanted() const { return last_ < Milliseconds(10) ? 0 : static_cast<int>(std::min(last_, Milliseconds(200)).count()); }
    // A stream of edits without an end must not hold back the results for ever.
    bool overdue() const { return waiting_ && Clock::now() - since_ > Milliseconds(300); }
    void begin() {
        if (!waiting_) since_ = Clock::now();
        waiting_ = true;
    }
    void run(Server& server) {
        auto start = Clock::now();
        server.flush();
        last_ = std::chrono::duration_cast<Milliseconds>(Clock::now() - start);
        waiting_ = false;
    }

private:
    Milliseconds last_{0};
    Clock::time_point since_{};
    bool waiting_ = false;
};

}

int serve(const Registry& registry) {
    DiskFileSystem disk;
    std::error_code error;
    bool reachable = true;
    Server server(registry, disk, std::filesystem::current_path(error).generic_string(),
                  [&](const std::string& message) { reachable &= write_all(STDOUT_FILENO, framed(message)); });
    MessageStream stream;
    Pause pause;
    char block[65536];
    while (reachable && !server.finished()) {
        if (server.has_work()) {
            pause.begin();
            if (pause.overdue() || !input_waits(pause.wanted())) pause.run(server);
            if (server.has_work() && !input_waits(0)) continue;   // a large workspace is read in slices
        }
        ssize_t size = read(STDIN_FILENO, block, sizeof block);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        stream.feed({block, static_cast<std::size_t>(size)});
        while (!server.finished())
            if (std::optional<std::string> message = stream.next())
                server.receive(*message);
            else
                break;
    }
    return server.exit_code();
}

}
