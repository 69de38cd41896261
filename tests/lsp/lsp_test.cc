#include <nlohmann/json.hpp>

#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"
#include "analyzer/lsp/framing.h"
#include "analyzer/lsp/server.h"
#include "analyzer/lsp/text_document.h"
#include "tests/catch.h"
#include "tests/set_fixture.h"

using namespace plimsoll;
using namespace plimsoll::lsp;
using Json = nlohmann::json;

namespace {

// Flags every MAINTAINER (a safe fix removes the line) and the word "latest" in FROM (an unsafe fix).
void run_words(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* maintainer : file.all(docker::Keyword::maintainer))
        report.at(*maintainer, "use LABEL").fix("Use LABEL", Safety::safe, {maintainer->name.span, "LABEL"});
    std::string_view text = file.source().text();
    for (std::size_t at = text.find("latest"); at != std::string_view::npos; at = text.find("latest", at + 1)) {
        auto begin = static_cast<std::uint32_t>(at);
        report.at(Span{begin, begin + 6}, "not latest").related({0, 4}, "the start").fix("Pin it", Safety::unsafe, {{begin, begin + 6}, "1.0"});
    }
}

constinit const Check words = {
    .id = "unused-words",
    .title = "Words that tests look for.",
    .category = Category::style,
    .severity = Severity::low,
    .profile = Profile::bugs,
    .fix = Safety::safe,
    .why = "Tests need something to find.",
    .aliases = {"hadolint:DL4000"},
    .standards = {},
    .options = {},
    .examples = {},
    .run = on_every_dockerfile(run_words),
};

const char* const able = R"({"capabilities":{"general":{"positionEncodings":["utf-16"]},
    "textDocument":{"publishDiagnostics":{"relatedInformation":true,"codeDescriptionSupport":true,"dataSupport":true,"tagSupport":{"valueSet":[1,2]}},
                    "hover":{"contentFormat":["markdown","plaintext"]},"codeAction":{"isPreferredSupport":true}},
    "workspace":{"workspaceEdit":{"documentChanges":true,"changeAnnotationSupport":{}},"didChangeWatchedFiles":{"dynamicRegistration":true}}}})";

struct Editor {
    Registry registry{{{&words, "dockerfile"}, {&lonely_service, "cross"}}};
    MemoryFileSystem disk;
    std::vector<Json> inbox;
    Server server{registry, disk, "/w", [this](const std::string& message) { inbox.push_back(Json::parse(message)); }};
    int next_id = 1;

    explicit Editor(const char* params = able) { request("initialize", Json::parse(params)); }

    void notify(const char* method, Json params) { server.receive(Json{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}.dump()); }

    // The whole answer.
    Json request(const char* method, Json params) {
        const int id = next_id++;
        server.receive(Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}.dump());
        for (auto message = inbox.rbegin(); message != inbox.rend(); ++message)
            if (message->contains("id") && (*message)["id"] == id) return *message;
        return nullptr;
    }

    void open(const std::string& text, const char* uri = "file:///w/Dockerfile", const char* language = "dockerfile") {
        notify("textDocument/didOpen", {{"textDocument", {{"uri", uri}, {"languageId", language}, {"version", 1}, {"text", text}}}});
    }

    void change(int version, Json changes, const char* uri = "file:///w/Dockerfile") {
        notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", version}}}, {"contentChanges", std::move(changes)}});
    }

    // Messages of each document that is published anew, by the end of its uri.
    std::map<std::string, std::vector<std::string>> news() {
        inbox.clear();
        while (server.has_work()) server.flush();
        std::map<std::string, std::vector<std::string>> out;
        for (const Json& message : inbox) {
            if (message.value("method", "") != "textDocument/publishDiagnostics") continue;
            const std::string uri = message["params"]["uri"];
            std::vector<std::string>& list = out[uri.substr(uri.rfind('/') + 1)];
            list.clear();
            for (const Json& found : message["params"]["diagnostics"]) list.push_back(found["message"]);
        }
        return out;
    }

    // Parameters of the only publication since the last call.
    Json published() {
        inbox.clear();
        server.flush();
        Json params;
        for (const Json& message : inbox)
            if (message.value("method", "") == "textDocument/publishDiagnostics") {
                CHECK(params.is_null());
                params = message["params"];
            }
        return params;
    }

    Json actions(Json range, Json only = Json::array()) {
        Json context{{"diagnostics", Json::array()}};
        if (!only.empty()) context["only"] = std::move(only);
        return request("textDocument/codeAction",
                       {{"textDocument", {{"uri", "file:///w/Dockerfile"}}}, {"range", std::move(range)}, {"context", context}})["result"];
    }
};

Json place(int line, int character) { return {{"line", line}, {"character", character}}; }
Json range(int line, int from, int to) { return {{"start", place(line, from)}, {"end", place(line, to)}}; }

}

TEST_CASE("a message stream survives any cut and any noise", "[lsp]") {
    const std::string bytes =
        framed("{\"a\":1}") + "content-length:2\r\nContent-Type: x\r\n\r\n{}" + "noise\r\n\r\n" + framed("[]") + "Content-Length: -4\r\n\r\n" + framed("x");
    for (std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
        MessageStream stream;
        std::vector<std::string> out;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            stream.feed(std::string_view(bytes).substr(at, step));
            while (auto message = stream.next()) out.push_back(*message);
        }
        CHECK(out == std::vector<std::string>{"{\"a\":1}", "{}", "[]", "x"});
    }
    MessageStream stream;
    stream.feed("Content-Length: 99999999999\r\n\r\n");
    CHECK_FALSE(stream.next());
    stream.feed(std::string(1000, ' '));
    CHECK_FALSE(stream.next());
}

TEST_CASE("places count what was agreed on", "[lsp]") {
    const TextDocument document("A\r\nLABEL a=\"\xF0\x9F\x98\x80\xC3\xA9\" latest\rB\n");
    const auto at = static_cast<std::uint32_t>(document.text().find("latest"));
    CHECK(document.place(at, Encoding::utf16) == Place{1, 14});
    CHECK(document.place(at, Encoding::utf8) == Place{1, 17});
    CHECK(document.place(at, Encoding::utf32) == Place{1, 13});
    for (Encoding encoding : {Encoding::utf8, Encoding::utf16, Encoding::utf32}) CHECK(document.offset(document.place(at, encoding), encoding) == at);
    CHECK(document.place(at + 7, Encoding::utf16) == Place{2, 0});
    CHECK(document.offset({0, 99}, Encoding::utf16) == 1);
    CHECK(document.offset({99, 0}, Encoding::utf16) == document.text().size());
    CHECK(document.place(9999, Encoding::utf8) == Place{3, 0});
}

TEST_CASE("initialize agrees on an encoding and says what the server can do", "[lsp]") {
    Editor editor;
    const Json result = editor.inbox.at(0)["result"];
    CHECK(result["capabilities"]["positionEncoding"] == "utf-16");
    CHECK(result["capabilities"]["textDocumentSync"]["change"] == 2);
    CHECK(result["serverInfo"]["name"] == "plimsoll");
    Editor emacs(R"({"capabilities":{"general":{"positionEncodings":["utf-32","utf-8","utf-16"]}}})");
    CHECK(emacs.inbox.at(0)["result"]["capabilities"]["positionEncoding"] == "utf-8");
    Editor silent("{}");
    CHECK(silent.inbox.at(0)["result"]["capabilities"]["positionEncoding"] == "utf-16");
    editor.notify("initialized", Json::object());
    CHECK(editor.inbox.back()["method"] == "client/registerCapability");
}

TEST_CASE("diagnostics are published with version, code, tags and related places", "[lsp]") {
    Editor editor;
    editor.open("FROM alpine:latest\nMAINTAINER me\n");
    const Json params = editor.published();
    CHECK(params["version"] == 1);
    REQUIRE(params["diagnostics"].size() == 2);
    const Json& first = params["diagnostics"][0];
    CHECK(first["range"] == range(0, 12, 18));
    CHECK(first["severity"] == 3);
    CHECK(first["code"] == "unused-words");
    CHECK(first["codeDescription"]["href"] == "https://github.com/hadolint/hadolint/wiki/DL4000");
    CHECK(first["source"] == "plimsoll");
    CHECK(first["tags"] == Json{1});
    CHECK(first["relatedInformation"][0]["location"]["range"] == range(0, 0, 4));
    CHECK_FALSE(first["data"]["fingerprint"].get<std::string>().empty());
    CHECK_FALSE(editor.server.has_work());
}

TEST_CASE("a plain client gets related places in the message", "[lsp]") {
    Editor editor("{\"capabilities\":{}}");
    editor.open("FROM alpine:latest\n");
    const Json found = editor.published()["diagnostics"][0];
    CHECK(found["message"] == "not latest\nline 1: the start");
    CHECK_FALSE(found.contains("relatedInformation"));
    CHECK_FALSE(found.contains("codeDescription"));
    CHECK_FALSE(found.contains("tags"));
}

TEST_CASE("a burst of edits is published once, with the last version", "[lsp]") {
    Editor editor;
    editor.open("FROM alpine\n");
    CHECK(editor.published()["diagnostics"].empty());
    for (int i = 2; i < 32; ++i) editor.change(i, {{{"range", range(1, 0, 0)}, {"text", "# x\n"}}});
    editor.change(32, {{{"range", range(0, 11, 11)}, {"text", ":\xF0\x9F\x98\x80"}}, {{"range", range(0, 12, 14)}, {"text", "latest"}}});
    const Json params = editor.published();
    CHECK(params["version"] == 32);
    CHECK(params["diagnostics"][0]["range"] == range(0, 12, 18));
    editor.change(33, {{{"text", "FROM alpine\n"}}});
    CHECK(editor.published()["diagnostics"].empty());
}

TEST_CASE("quick fixes: safe ones are preferred, others ask", "[lsp]") {
    Editor editor;
    editor.open("FROM alpine:latest\nMAINTAINER me\n");
    const Json safe = editor.actions(range(1, 3, 3));
    REQUIRE(safe.size() == 1);
    CHECK(safe[0]["kind"] == "quickfix");
    CHECK(safe[0]["isPreferred"] == true);
    const Json& edit = safe[0]["edit"]["documentChanges"][0];
    CHECK(edit["textDocument"] == Json{{"uri", "file:///w/Dockerfile"}, {"version", 1}});
    CHECK(edit["edits"][0] == Json{{"range", range(1, 0, 10)}, {"newText", "LABEL"}});
    const Json unsafe = editor.actions(range(0, 14, 14));
    REQUIRE(unsafe.size() == 1);
    CHECK_FALSE(unsafe[0].contains("isPreferred"));
    CHECK(unsafe[0]["edit"]["changeAnnotations"]["unsafe"]["needsConfirmation"] == true);
    CHECK(editor.actions(range(0, 0, 2)).empty());
    CHECK(editor.actions(range(1, 0, 2), {"refactor"}).empty());
}

TEST_CASE("fix all applies every safe fix and nothing else", "[lsp]") {
    Editor editor;
    editor.open("FROM alpine:latest\r\nMAINTAINER me=1\r\nMAINTAINER you=2\r\n");
    for (const char* only : {"source.fixAll", "source.fixAll.plimsoll", "source"}) {
        const Json actions = editor.actions(range(0, 0, 0), {only});
        REQUIRE(actions.size() == 1);
        CHECK(actions[0]["kind"] == "source.fixAll.plimsoll");
        const Json& edit = actions[0]["edit"]["documentChanges"][0]["edits"][0];
        CHECK(edit["range"]["start"] == place(1, 0));
        CHECK(edit["newText"] == "LABEL me=1\r\nLABEL");
    }
    CHECK(editor.actions(range(0, 0, 0), {"source.organizeImports"}).empty());
    Editor old("{\"capabilities\":{}}");
    old.open("MAINTAINER me\n");
    CHECK(old.actions(range(0, 0, 0))[0]["edit"]["changes"]["file:///w/Dockerfile"].size() == 1);
}

TEST_CASE("hover explains the check under the cursor", "[lsp]") {
    Editor editor;
    editor.open("FROM alpine\nMAINTAINER me\n");
    const auto hover = [&](int line, int character) {
        return editor.request("textDocument/hover", {{"textDocument", {{"uri", "file:///w/Dockerfile"}}}, {"position", place(line, character)}})["result"];
    };
    CHECK(hover(1, 2)["contents"]["kind"] == "markdown");
    CHECK(hover(1, 2)["contents"]["value"].get<std::string>().find("Tests need something") != std::string::npos);
    CHECK(hover(1, 2)["range"] == range(1, 0, 10));
    CHECK(hover(0, 2).is_null());
}

TEST_CASE("only Dockerfiles are looked at, and closing clears", "[lsp]") {
    Editor editor;
    editor.open("MAINTAINER me\n", "file:///w/Dockerfile.dockerignore");
    CHECK(editor.published()["diagnostics"].empty());
    editor.open("MAINTAINER me\n", "file:///w/a.yaml", "yaml");
    CHECK(editor.published()["diagnostics"].empty());
    editor.open("MAINTAINER me\n", "untitled:Untitled-1");
    CHECK(editor.published()["diagnostics"].size() == 1);
    editor.inbox.clear();
    editor.notify("textDocument/didClose", {{"textDocument", {{"uri", "untitled:Untitled-1"}}}});
    CHECK(editor.inbox.at(0)["params"]["diagnostics"].empty());
    CHECK_FALSE(editor.inbox.at(0)["params"].contains("version"));
}

TEST_CASE("nothing that comes in ends the server", "[lsp]") {
    Editor editor;
    editor.inbox.clear();
    for (const char* message : {"", "{", "[]", "null", "\"x\"", "{\"id\":1}", "\xFF\xFE", "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"no/such\"}",
                                "{\"method\":7}", "{\"method\":\"$/unknown\"}", "{\"id\":6,\"method\":\"textDocument/hover\"}",
                                "{\"id\":7,\"method\":\"textDocument/hover\",\"params\":[1]}", "{\"method\":\"textDocument/didChange\",\"params\":{}}",
                                "{\"id\":\"plimsoll-watch\",\"result\":null}", "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":5}}"})
        CHECK_NOTHROW(editor.server.receive(message));
    const auto code_of = [&](const Json& id) {
        for (const Json& message : editor.inbox)
            if (message["id"] == id) return message["error"]["code"].get<int>();
        return 0;
    };
    CHECK(code_of(nullptr) == -32700);
    CHECK(code_of(5) == -32601);
    CHECK(code_of(6) == -32602);
    CHECK(code_of(7) == -32602);
    editor.server.receive(std::string(100000, '['));
    editor.open("MAINTAINER me\n");
    editor.change(2, {{{"range", {{"start", place(-5, -5)}, {"end", {{"line", 1e300}, {"character", 1e300}}}}}, {"text", "FROM a:latest"}}});
    CHECK(editor.published()["diagnostics"].size() == 1);
}

TEST_CASE("the session begins with initialize and ends with shutdown and exit", "[lsp]") {
    Editor editor;
    CHECK(editor.request("initialize", Json::object())["error"]["code"] == -32600);
    CHECK_FALSE(editor.server.finished());
    CHECK(editor.request("shutdown", nullptr)["result"].is_null());
    CHECK(editor.request("textDocument/hover", Json::object())["error"]["code"] == -32600);
    editor.notify("exit", nullptr);
    CHECK(editor.server.finished());
    CHECK(editor.server.exit_code() == 0);

    Registry registry({{&words, "dockerfile"}});
    MemoryFileSystem disk;
    std::vector<std::string> out;
    Server early(registry, disk, "/w", [&](const std::string& message) { out.push_back(message); });
    early.receive("{\"id\":1,\"method\":\"shutdown\"}");
    CHECK(Json::parse(out.at(0))["error"]["code"] == -32002);
    early.receive("{\"method\":\"exit\"}");
    CHECK(early.finished());
    CHECK(early.exit_code() == 1);
}

TEST_CASE("configuration on disk and in the editor governs the findings", "[lsp]") {
    Editor editor;
    editor.open("MAINTAINER me\n");
    CHECK(editor.published()["diagnostics"].size() == 1);
    editor.disk.set(".plimsoll.yaml", "checks:\n  unused-words: off\n");
    editor.notify("workspace/didChangeWatchedFiles", {{"changes", {{{"uri", "file:///w/.plimsoll.yaml"}, {"type", 1}}}}});
    CHECK(editor.published()["diagnostics"].empty());
}

TEST_CASE("a manifest is judged with the folder that the editor opened", "[lsp]") {
    using News = std::map<std::string, std::vector<std::string>>;
    Editor editor(R"({"rootUri":"file:///w","capabilities":{"textDocument":{"publishDiagnostics":{"relatedInformation":true}}}})");
    editor.disk.set("k8s/pod.yaml", pod_text("db"));
    const char* const service = "file:///w/k8s/service.yaml";
    const char* const pod = "file:///w/k8s/pod.yaml";
    editor.open(service_text, service, "yaml");
    CHECK(editor.news() == News{{"service.yaml", {"no pod has these labels"}}});
    // An edit in one document changes what is said of another.
    editor.open(pod_text("db"), pod, "yaml");
    CHECK(editor.news() == News{{"pod.yaml", {}}});
    editor.change(2, {{{"text", pod_text("web")}}}, pod);
    CHECK(editor.news() == News{{"pod.yaml", {}}, {"service.yaml", {"reaches a host"}}});
    for (const Json& message : editor.inbox)
        if (message["params"]["uri"] == service) {
            const Json& place = message["params"]["diagnostics"][0]["relatedInformation"][0]["location"];
            CHECK(place["uri"] == pod);
            CHECK(place["range"] == range(7, 15, 19));
        }
    // Closed without saving: the file on the disk counts again.
    editor.notify("textDocument/didClose", {{"textDocument", {{"uri", pod}}}});
    CHECK(editor.news() == News{{"service.yaml", {"no pod has these labels"}}});
    editor.disk.set("k8s/more.yaml", pod_text("web"));
    editor.notify("workspace/didChangeWatchedFiles", {{"changes", {{{"uri", "file:///w/k8s/more.yaml"}, {"type", 1}}}}});
    CHECK(editor.news() == News{{"service.yaml", {"reaches a host"}}});
    editor.disk.remove("k8s/more.yaml");
    editor.notify("workspace/didChangeWatchedFiles", {{"changes", {{{"uri", "file:///w/k8s/more.yaml"}, {"type", 3}}}}});
    CHECK(editor.news() == News{{"service.yaml", {"no pod has these labels"}}});
}

TEST_CASE("documents that change together are judged together", "[lsp]") {
    using News = std::map<std::string, std::vector<std::string>>;
    Editor editor(R"({"rootUri":"file:///w","capabilities":{}})");
    editor.open(service_text, "file:///w/a-service.yaml", "yaml");
    editor.open(pod_text("web"), "file:///w/pod.yaml", "yaml");
    CHECK(editor.news().at("a-service.yaml").at(0).starts_with("reaches a host"));
    editor.change(2, {{{"text", pod_text("db")}}}, "file:///w/pod.yaml");
    editor.change(2, {{{"text", std::string(service_text) + "# edited\n"}}}, "file:///w/a-service.yaml");
    CHECK(editor.news() == News{{"a-service.yaml", {"no pod has these labels"}}, {"pod.yaml", {}}});
}

TEST_CASE("a manifest outside of every folder and repository misses nothing", "[lsp]") {
    Editor editor;
    editor.open(service_text, "file:///w/service.yaml", "yaml");
    CHECK(editor.published()["diagnostics"].empty());
}

TEST_CASE("what git ignores does not join a workspace", "[lsp]") {
    Editor editor(R"({"workspaceFolders":[{"uri":"file:///w","name":"w"}],"capabilities":{}})");
    editor.disk.set(".git/HEAD", "");
    editor.disk.set(".gitignore", "build/\n");
    editor.open(service_text, "file:///w/service.yaml", "yaml");
    CHECK(editor.news().at("service.yaml").size() == 1);
    editor.disk.set("build/pod.yaml", pod_text("web"));
    editor.notify("workspace/didChangeWatchedFiles", {{"changes", {{{"uri", "file:///w/build/pod.yaml"}, {"type", 1}}}}});
    CHECK(editor.news().empty());
}
