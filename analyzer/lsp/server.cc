#include "analyzer/lsp/server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <limits>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/fixer.h"
#include "analyzer/lsp/features.h"
#include "analyzer/lsp/homes.h"
#include "analyzer/output/uri.h"
#include "analyzer/output/version.h"

namespace plimsoll::lsp {

using output::JsonWriter;
using Json = nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;

// How long the first reading of a workspace may hold back what is typed.
constexpr std::chrono::milliseconds reading_slice(30);

enum ErrorCode : int {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    not_initialized = -32002,
};

struct RpcError {
    ErrorCode code;
    std::string message;
};

// Value at a path of member names; null when some part is missing or of another kind.
const Json* find(const Json& from, std::initializer_list<const char*> names) {
    const Json* at = &from;
    for (const char* name : names) {
        if (!at->is_object()) return nullptr;
        auto member = at->find(name);
        if (member == at->end()) return nullptr;
        at = &*member;
    }
    return at;
}

bool truth(const Json& from, std::initializer_list<const char*> names) {
    const Json* value = find(from, names);
    return value && value->is_boolean() && value->get<bool>();
}

std::string text(const Json& from, std::initializer_list<const char*> names, const char* otherwise = "") {
    const Json* value = find(from, names);
    return value && value->is_string() ? value->get<std::string>() : otherwise;
}

std::string wanted_text(const Json& from, std::initializer_list<const char*> names) {
    const Json* value = find(from, names);
    if (!value || !value->is_string()) throw RpcError{invalid_params, std::string("no string '") + *(names.end() - 1) + "'"};
    return value->get<std::string>();
}

std::vector<std::string> texts(const Json& from, std::initializer_list<const char*> names) {
    std::vector<std::string> out;
    if (const Json* list = find(from, names); list && list->is_array())
        for (const Json& item : *list)
            if (item.is_string()) out.push_back(item.get<std::string>());
    return out;
}

bool holds(const std::vector<std::string>& list, std::string_view wanted) { return std::find(list.begin(), list.end(), wanted) != list.end(); }

std::uint32_t count_at(const Json& from, const char* name) {
    const Json* value = find(from, {name});
    if (!value || !value->is_number()) throw RpcError{invalid_params, std::string("no number '") + name + "'"};
    double number = value->get<double>();
    if (!(number > 0)) return 0;
    return number >= std::numeric_limits<std::uint32_t>::max() ? std::numeric_limits<std::uint32_t>::max() : static_cast<std::uint32_t>(number);
}

std::uint32_t offset_at(const OpenDocument& document, const Client& client, const Json& from, const char* name) {
    const Json* place = find(from, {name});
    if (!place) throw RpcError{invalid_params, std::string("no position '") + name + "'"};
    return document.text.offset({count_at(*place, "line"), count_at(*place, "character")}, client.encoding);
}

Span span_at(const OpenDocument& document, const Client& client, const Json& range) {
    std::uint32_t begin = offset_at(document, client, range, "start"), end = offset_at(document, client, range, "end");
    return {std::min(begin, end), std::max(begin, end)};
}

Client client_of(const Json& params) {
    const Json none = Json::object();
    const Json* found = find(params, {"capabilities"});
    const Json& can = found ? *found : none;
    Client client;
    std::vector<std::string> encodings = texts(can, {"general", "positionEncodings"});
    for (Encoding encoding : {Encoding::utf8, Encoding::utf32, Encoding::utf16})
        if (holds(encodings, name_of(encoding))) {
            client.encoding = encoding;
            break;
        }
    client.related = truth(can, {"textDocument", "publishDiagnostics", "relatedInformation"});
    client.code_description = truth(can, {"textDocument", "publishDiagnostics", "codeDescriptionSupport"});
    client.data = truth(can, {"textDocument", "publishDiagnostics", "dataSupport"});
    client.tags = find(can, {"textDocument", "publishDiagnostics", "tagSupport"}) != nullptr;
    client.document_changes = truth(can, {"workspace", "workspaceEdit", "documentChanges"});
    client.annotations = find(can, {"workspace", "workspaceEdit", "changeAnnotationSupport"}) != nullptr;
    client.markdown = holds(texts(can, {"textDocument", "hover", "contentFormat"}), "markdown");
    client.preferred = truth(can, {"textDocument", "codeAction", "isPreferredSupport"});
    client.watch = truth(can, {"workspace", "didChangeWatchedFiles", "dynamicRegistration"});
    return client;
}

std::string utc_date() {
    std::time_t now = std::time(nullptr);
    std::tm date{};
    gmtime_r(&now, &date);
    char out[16];
    return {out, std::strftime(out, sizeof out, "%Y-%m-%d", &date)};
}

// "quickfix.a" is of kind "quickfix"; "" stands for every kind.
bool is_kind(std::string_view kind, std::string_view wanted) {
    return wanted.empty() || kind == wanted || (kind.starts_with(wanted) && kind[wanted.size()] == '.');
}

bool wants_kind(const std::vector<std::string>& only, std::string_view kind) {
    return std::any_of(only.begin(), only.end(), [&](const std::string& wanted) { return is_kind(kind, wanted); });
}

}

class Server::Session {
public:
    Session(const Registry& registry, const FileSystem& disk, std::string working_directory, std::function<void(const std::string&)> send)
        : registry_(registry), files_(&disk), homes_(files_, registry, working_directory), directory_(std::move(working_directory)), send_(std::move(send)) {}

    void receive(std::string_view message) {
        Json json = Json::parse(message, nullptr, false);
        if (json.is_discarded()) return answer_error("null", {parse_error, "this is not JSON"});
        if (!json.is_object()) return answer_error("null", {invalid_request, "this is not a message"});
        const Json* id = find(json, {"id"});
        const bool has_id = id && (id->is_number_integer() || id->is_string());
        const Json* method = find(json, {"method"});
        if (!method || !method->is_string()) {
            const bool is_answer = find(json, {"result"}) || find(json, {"error"});
            if (!is_answer) answer_error("null", {invalid_request, "no method"});
            return;
        }
        dispatch(method->get<std::string>(), has_id ? id->dump(-1, ' ', false, Json::error_handler_t::replace) : "", find(json, {"params"}));
    }

    void flush() {
        prepare();
        const auto start = Clock::now();
        const bool unfinished = homes_.read_on([&] { return Clock::now() - start > reading_slice; });
        bool others = std::exchange(changed_, false) || (reading_ && !unfinished);
        reading_ = unfinished;
        // All that changed joins its set before any of it is judged.
        for (auto& [uri, document] : documents_)
            if (document.dirty && is_analysed(document)) homes_.of(document.path).set(input_of(document), true);
        std::vector<OpenDocument*> waiting;
        for (auto& [uri, document] : documents_)
            if (document.dirty) {
                others = others || input_of(document).kind != FileKind::dockerfile;
                publish(document);
            } else {
                waiting.push_back(&document);
            }
        if (others)
            for (OpenDocument* document : waiting) publish(*document);
    }

    bool has_work() const {
        return reading_ || changed_ || std::any_of(documents_.begin(), documents_.end(), [](const auto& entry) { return entry.second.dirty; });
    }

    bool finished = false;
    bool shut_down = false;

private:
    // A method is a request (writes a result) or a notification.
    struct Method {
        std::string_view name;
        void (Session::*answer)(const Json& params, JsonWriter& result);
        void (Session::*notice)(const Json& params);
    };
    static const std::array<Method, 15> methods;

    void dispatch(const std::string& name, const std::string& id, const Json* given) {
        static const Json none = Json::object();
        const Json& params = given ? *given : none;
        auto method = std::find_if(methods.begin(), methods.end(), [&](const Method& known) { return known.name == name; });
        try {
            if (method == methods.end()) {
                if (!id.empty()) throw RpcError{method_not_found, "unknown method '" + name + "'"};
                return;
            }
            if (!id.empty() && name != "initialize" && !initialized_) throw RpcError{not_initialized, "initialize comes first"};
            if (!id.empty() && shut_down) throw RpcError{invalid_request, "the server is shut down"};
            if (method->notice) return (initialized_ || name == "exit") ? (this->*method->notice)(params) : void();
            std::string result;
            JsonWriter writer(result);
            (this->*method->answer)(params, writer);
            if (!id.empty()) send_("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
        } catch (const RpcError& error) {
            if (!id.empty()) answer_error(id, error);
        } catch (const std::exception& problem) {
            if (!id.empty()) answer_error(id, {internal_error, problem.what()});
        }
    }

    void answer_error(const std::string& id, const RpcError& error) {
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("jsonrpc", "2.0").key("id").raw(id).key("error").begin_object();
        json.member("code", static_cast<int>(error.code)).member("message", error.message).end_object().end_object();
        send_(out);
    }

    // Life of the session.
    void initialize(const Json& params, JsonWriter& result) {
        if (initialized_) throw RpcError{invalid_request, "initialize comes once"};
        initialized_ = true;
        client_ = client_of(params);
        if (const Json* options = find(params, {"initializationOptions"})) read_options(*options);
        folders_ = folders_of(params);
        homes_.set_folders(folders_);
        result.begin_object().key("capabilities").begin_object().member("positionEncoding", name_of(client_.encoding));
        result.key("textDocumentSync").begin_object().member("openClose", true).member("change", 2).member("save", true).end_object();
        result.member("hoverProvider", true).key("codeActionProvider").begin_object().key("codeActionKinds").begin_array();
        result.value("quickfix").value("source.fixAll.plimsoll").end_array().end_object().end_object();
        result.key("serverInfo").begin_object().member("name", "plimsoll").member("version", version).end_object().end_object();
    }

    void initialized(const Json&) {
        if (!client_.watch) return;
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("jsonrpc", "2.0").member("id", "plimsoll-watch").member("method", "client/registerCapability");
        json.key("params").begin_object().key("registrations").begin_array().begin_object();
        json.member("id", "plimsoll-watch").member("method", "workspace/didChangeWatchedFiles").key("registerOptions").begin_object();
        json.key("watchers").begin_array();
        for (std::string_view glob :
             {"**/.plimsoll.yaml", "**/.hadolint.{yaml,yml}", "**/.trivyignore*", "**/.gitignore", "**/*.dockerignore", "**/*.{yaml,yml,json}"})
            json.begin_object().member("globPattern", glob).end_object();
        json.end_array().end_object().end_object().end_array().end_object().end_object();
        send_(out);
    }

    std::vector<std::string> folders_of(const Json& params) const {
        std::vector<std::string> folders;
        if (const Json* list = find(params, {"workspaceFolders"}); list && list->is_array())
            for (const Json& folder : *list) folders.push_back(path_of(text(folder, {"uri"})));
        if (folders.empty()) folders.push_back(path_of(text(params, {"rootUri"})));
        std::erase(folders, "");
        return folders;
    }

    void shutdown(const Json&, JsonWriter& result) {
        shut_down = true;
        result.raw("null");
    }

    void exit(const Json&) { finished = true; }

    void read_options(const Json& options) {
        if (std::string profile = text(options, {"profile"}); !profile.empty()) overrides_.profile = profile;
        overrides_.select = texts(options, {"select"});
        overrides_.ignore = texts(options, {"ignore"});
        overrides_.config_path = text(options, {"config"});
    }

    // Documents.
    OpenDocument& document(const Json& params) {
        auto found = documents_.find(wanted_text(params, {"textDocument", "uri"}));
        if (found == documents_.end()) throw RpcError{invalid_params, "this document is not open"};
        return found->second;
    }

    void read_version(OpenDocument& opened, const Json& params) {
        if (const Json* number = find(params, {"textDocument", "version"}); number && number->is_number_integer()) opened.version = number->get<std::int64_t>();
    }

    // As the command line would name it: below the working directory without it.
    std::string path_of(const std::string& uri) const {
        constexpr std::string_view scheme = "file://";
        if (!uri.starts_with(scheme)) return {};
        std::size_t slash = uri.find('/', scheme.size());   // a host name before it is left out
        if (slash == std::string::npos) return {};
        std::string absolute = output::absolute_path("/", output::decode_uri(std::string_view(uri).substr(slash)));
        if (absolute == directory_) return ".";
        std::string_view relative = output::below(directory_, absolute);
        return relative.empty() ? absolute : std::string(relative);
    }

    void did_open(const Json& params) {
        OpenDocument opened;
        opened.uri = wanted_text(params, {"textDocument", "uri"});
        opened.language = text(params, {"textDocument", "languageId"});
        opened.path = path_of(opened.uri);
        opened.text.set(wanted_text(params, {"textDocument", "text"}));
        read_version(opened, params);
        share(opened);
        documents_[opened.uri] = std::move(opened);
    }

    // The newest text is what every analysis sees.
    void share(const OpenDocument& opened) {
        if (opened.path.empty()) return;
        files_.set(opened.path, opened.text.text());
        if (is_rules(opened.path)) rules_.reset();
    }

    void did_change(const Json& params) {
        OpenDocument& opened = document(params);
        read_version(opened, params);
        const Json* changes = find(params, {"contentChanges"});
        if (!changes || !changes->is_array()) return;
        for (const Json& change : *changes) {
            const Json* range = find(change, {"range"});
            std::string replacement = wanted_text(change, {"text"});
            if (range && !range->is_null())
                opened.text.replace(span_at(opened, client_, *range), replacement);
            else
                opened.text.set(std::move(replacement));
            opened.dirty = true;
        }
        share(opened);
    }

    void did_close(const Json& params) {
        auto found = documents_.find(wanted_text(params, {"textDocument", "uri"}));
        if (found == documents_.end()) return;
        const std::string path = found->second.path;
        files_.remove(path);
        found->second.analysis = {};
        send_diagnostics(found->second, false);
        documents_.erase(found);
        file_changed(path);
    }

    // What lies on the disk now takes part in the findings of others.
    void file_changed(const std::string& path) {
        if (path.empty()) return;
        if (is_rules(path)) rules_.reset();
        if (rules_ && !is_open(path)) homes_.file_changed(path, files_.type(path).has_value());
        changed_ = true;
        for (auto& [uri, opened] : documents_) opened.dirty = opened.dirty || input_of(opened).kind == FileKind::dockerfile;
    }

    bool is_open(const std::string& path) const {
        return std::any_of(documents_.begin(), documents_.end(), [&](const auto& entry) { return entry.second.path == path; });
    }

    void did_save(const Json& params) { file_changed(path_of(text(params, {"textDocument", "uri"}))); }

    void files_changed(const Json& params) {
        const Json* changes = find(params, {"changes"});
        if (!changes || !changes->is_array()) return;
        for (const Json& change : *changes) file_changed(path_of(text(change, {"uri"})));
    }

    void folders_changed(const Json& params) {
        const Json* removed = find(params, {"event", "removed"});
        const Json* added = find(params, {"event", "added"});
        if (removed && removed->is_array())
            for (const Json& folder : *removed) std::erase(folders_, path_of(text(folder, {"uri"})));
        if (added && added->is_array())
            for (const Json& folder : *added) folders_.push_back(path_of(text(folder, {"uri"})));
        homes_.set_folders(folders_);
        rules_.reset();
        changed_ = true;
    }

    void configuration_changed(const Json& params) {
        if (const Json* options = find(params, {"settings", "plimsoll"}); options && options->is_object()) read_options(*options);
        rules_.reset();
        changed_ = true;
    }

    // Decided by the name first: editors call "Dockerfile.dockerignore" a Dockerfile.
    Input input_of(const OpenDocument& opened) const {
        Input input;
        std::string uri_name = opened.path.empty() ? output::decode_uri(opened.uri) : opened.path;
        input.path = uri_name;
        input.given = true;
        if (uri_name.ends_with(".dockerignore")) return input;
        input.kind = kind_by_name(uri_name);
        if (opened.language == "dockerfile") input.kind = FileKind::dockerfile;
        const bool may_hold_objects = opened.language == "yaml" || is_manifest_name(uri_name);   // not every editor names the language
        if (input.kind == FileKind::other && may_hold_objects) input.kind = FileKind::kubernetes;
        return input;
    }

    static bool is_ours(const Input& input) { return input.kind != FileKind::other; }

    // Configuration files, and lists of what a build or git does not see.
    static bool is_rules(std::string_view path) { return is_configuration_name(path) || path.ends_with(".dockerignore") || base_name(path) == ".gitignore"; }

    // Rules are read anew after a change of any of their files, and everything with them.
    void prepare() {
        if (rules_) return;
        Overrides overrides = overrides_;
        overrides.today = utc_date();
        rules_ = std::make_shared<const Configuration>(files_, registry_, std::move(overrides));
        homes_.restart(rules_);
        for (auto& [uri, opened] : documents_) opened.dirty = true;
    }

    // It lies in a workspace and has findings of its own.
    bool is_analysed(const OpenDocument& opened) const { return !opened.path.empty() && is_ours(input_of(opened)) && !rules_->excluded(opened.path); }

    // Documents that are on no disk have nothing around them.
    FileAnalysis analysis_of(OpenDocument& opened) {
        const Input input = input_of(opened);
        if (!is_ours(input) || (!opened.path.empty() && !is_analysed(opened))) return {};
        if (opened.path.empty()) return analyze_text(nullptr, input, opened.text.text(), registry_, rules_->for_file(input.path));
        Workspace& home = homes_.of(opened.path);
        if (opened.dirty) home.set(input, true);
        return home.judge(opened.path);
    }

    void analyse(OpenDocument& opened) {
        prepare();
        opened.analysis = analysis_of(opened);
        opened.dirty = false;
        reading_ = reading_ || !homes_.ready();
        std::erase_if(opened.analysis.findings, [](const Finding& finding) { return finding.silenced.has_value(); });
        find_neighbours(opened);
        tell(rules_->problems());
    }

    void find_neighbours(OpenDocument& opened) {
        opened.neighbours.clear();
        for (const Finding& finding : opened.analysis.findings)
            for (const Related& related : finding.related) {
                if (related.path == opened.path || opened.neighbours.contains(related.path)) continue;
                Neighbour& other = opened.neighbours[related.path];
                other.uri = output::file_uri(output::absolute_path(directory_, related.path));
                if (const auto source = homes_.of(opened.path).source(related.path)) other.text.set(std::string(source->text()));
            }
    }

    // Each complaint about a configuration file once.
    void tell(const std::vector<ConfigProblem>& problems) {
        for (const ConfigProblem& problem : problems) {
            std::string complaint = problem.path + (problem.line ? ":" + std::to_string(problem.line) : "") + ": " + problem.message;
            if (!told_.insert(complaint).second) continue;
            std::string out;
            JsonWriter json(out);
            json.begin_object().member("jsonrpc", "2.0").member("method", "window/showMessage").key("params").begin_object();
            json.member("type", 2).member("message", "plimsoll: " + complaint).end_object().end_object();
            send_(out);
        }
    }

    // Sent after each change of the document, and whenever something else changed its findings.
    void publish(OpenDocument& opened) {
        const bool was_changed = opened.dirty;
        analyse(opened);
        const std::string diagnostics = diagnostics_of(opened);
        if (!was_changed && diagnostics == opened.published) return;
        opened.published = diagnostics;
        send_diagnostics(opened, true);
    }

    void refresh(OpenDocument& opened) {
        if (!opened.dirty && rules_) return;
        changed_ = true;   // for the others
        publish(opened);
    }

    std::string diagnostics_of(const OpenDocument& opened) const {
        std::string out;
        JsonWriter json(out);
        json.begin_array();
        for (const Finding& finding : opened.analysis.findings) write_diagnostic(json, opened, client_, finding);
        json.end_array();
        return out;
    }

    void send_diagnostics(const OpenDocument& opened, bool with_version) {
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("jsonrpc", "2.0").member("method", "textDocument/publishDiagnostics").key("params").begin_object();
        json.member("uri", opened.uri);
        if (with_version) json.member("version", opened.version);
        json.key("diagnostics").raw(diagnostics_of(opened)).end_object().end_object();
        send_(out);
    }

    // Requests about a document answer for its newest text.
    void hover(const Json& params, JsonWriter& result) {
        OpenDocument& opened = document(params);
        refresh(opened);
        write_hover(result, opened, client_, offset_at(opened, client_, params, "position"));
    }

    void code_action(const Json& params, JsonWriter& result) {
        OpenDocument& opened = document(params);
        refresh(opened);
        const Json* range = find(params, {"range"});
        if (!range) throw RpcError{invalid_params, "no range"};
        const Span span = span_at(opened, client_, *range);
        const std::vector<std::string> only = texts(params, {"context", "only"});
        result.begin_array();
        if (only.empty() || wants_kind(only, "quickfix"))
            for (const Finding& finding : opened.analysis.findings)
                if (finding.fix && finding.span.touches(span)) write_quick_fix(result, opened, client_, finding);
        if (wants_kind(only, "source.fixAll.plimsoll")) fix_all(opened, result);
        result.end_array();
    }

    void fix_all(const OpenDocument& opened, JsonWriter& result) {
        const bool any = std::any_of(opened.analysis.findings.begin(), opened.analysis.findings.end(),
                                     [](const Finding& finding) { return finding.fix && finding.fix->safety == Safety::safe; });
        if (!any) return;
        Input input = input_of(opened);
        const Settings& settings = rules_->for_file(input.path);
        FixOutcome outcome = fix_input(opened.path.empty() ? nullptr : &files_, input, opened.text.text(), Safety::safe, registry_, settings);
        if (outcome.stable && outcome.text != opened.text.text()) write_fix_all(result, opened, client_, outcome.text);
    }

    void ignore(const Json&) {}

    const Registry& registry_;
    MemoryFileSystem files_;                       // open documents over the disk
    std::shared_ptr<const Configuration> rules_;   // null: to be read
    Homes homes_;
    std::vector<std::string> folders_;
    bool changed_ = false;   // something that open documents did not say themselves may have changed their findings
    bool reading_ = false;   // the workspaces are not read to their end
    std::string directory_;
    std::function<void(const std::string&)> send_;
    Client client_;
    Overrides overrides_;
    bool initialized_ = false;
    std::map<std::string, OpenDocument> documents_;   // by uri
    std::set<std::string> told_;
};

const std::array<Server::Session::Method, 15> Server::Session::methods = {{
    {"initialize", &Session::initialize, nullptr},
    {"shutdown", &Session::shutdown, nullptr},
    {"textDocument/hover", &Session::hover, nullptr},
    {"textDocument/codeAction", &Session::code_action, nullptr},
    {"initialized", nullptr, &Session::initialized},
    {"exit", nullptr, &Session::exit},
    {"textDocument/didOpen", nullptr, &Session::did_open},
    {"textDocument/didChange", nullptr, &Session::did_change},
    {"textDocument/didClose", nullptr, &Session::did_close},
    {"textDocument/didSave", nullptr, &Session::did_save},
    {"workspace/didChangeWatchedFiles", nullptr, &Session::files_changed},
    {"workspace/didChangeWorkspaceFolders", nullptr, &Session::folders_changed},
    {"workspace/didChangeConfiguration", nullptr, &Session::configuration_changed},
    {"$/cancelRequest", nullptr, &Session::ignore},
    {"$/setTrace", nullptr, &Session::ignore},
}};

Server::Server(const Registry& registry, const FileSystem& disk, std::string working_directory, std::function<void(const std::string&)> send)
    : session_(std::make_unique<Session>(registry, disk, std::move(working_directory), std::move(send))) {}

Server::~Server() = default;

void Server::receive(std::string_view message) { session_->receive(message); }
void Server::flush() { session_->flush(); }
bool Server::has_work() const { return session_->has_work(); }
bool Server::finished() const { return session_->finished; }
int Server::exit_code() const { return session_->shut_down ? 0 : 1; }

}
