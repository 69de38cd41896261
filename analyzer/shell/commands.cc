#include <algorithm>
#include <utility>

#include "analyzer/shell/scanner.h"

// Lists, pipelines and simple commands.

namespace plimsoll::shell {

Scanner::Scanner(const Script& script) : script_(script), code_(script.joined()), budget_(code_.size() * 16 + (1U << 20)) {}

void Scanner::run(std::uint32_t begin, std::uint32_t end, const Context& context) {
    at_ = begin;
    end_ = end;
    list(0, context);
}

void Scanner::cut_here() {
    if (!truncated) cut = at_;
    truncated = true;
    end_ = std::min(end_, cut);
}

std::uint32_t Scanner::find(std::string_view any_of) const {
    std::size_t found = code_.substr(0, end_).find_first_of(any_of, at_);
    return static_cast<std::uint32_t>(std::min<std::size_t>(found, end_));
}

void Scanner::blanks() {
    for (;;) {
        char c = here();
        if (c == ' ' || c == '\t' || (c == '\r' && at(at_ + 1) == '\n'))
            ++at_;
        else if (c == '\\' && newline_at(at_ + 1))
            at_ += at(at_ + 1) == '\r' ? 3 : 2;
        else
            return;
    }
}

void Scanner::comment() {
    if (here() != '#') return;
    at_ = find("\n");
}

void Scanner::separators(const Context& context) {
    for (;;) {
        blanks();
        comment();
        if (here() != '\n') return;
        ++at_;
        heredoc_bodies(context);
    }
}

std::string_view Scanner::reserved() const {
    std::uint32_t end = at_;
    while (!ends_word(at(end)) && at(end) != '\r') {
        if (end - at_ > 8) return {};
        ++end;
    }
    return code_.substr(at_, end - at_);
}

bool Scanner::take(std::string_view word) {
    if (reserved() != word) return false;
    at_ += static_cast<std::uint32_t>(word.size());
    return true;
}

Scanner::Stop Scanner::stop_here() const {
    char c = here();
    if (c == ')') return stop_paren;
    if (c == ';') return at(at_ + 1) == ';' || at(at_ + 1) == '&' ? stop_item : stop_none;
    if (c != '}' && c != 't' && c != 'e' && c != 'f' && c != 'd') return stop_none;
    constexpr std::pair<std::string_view, Stop> words[] = {{"}", stop_brace}, {"then", stop_then}, {"else", stop_else}, {"elif", stop_elif},
                                                           {"fi", stop_fi},   {"do", stop_do},     {"done", stop_done}, {"esac", stop_esac}};
    std::string_view word = reserved();
    for (const auto& [text, stop] : words)
        if (text == word) return stop;
    return stop_none;
}

Joint Scanner::joint_here() {
    blanks();
    comment();
    char c = here(), next = at(at_ + 1);
    auto step = [&](std::uint32_t size, Joint joint) {
        at_ += size;
        return joint;
    };
    if (c == '\n') return Joint::newline;   // left for separators(), which reads heredocs behind it
    if (c == '&') return next == '&' ? step(2, Joint::and_then) : step(1, Joint::background);
    if (c == '|' && next == '|') return step(2, Joint::or_else);
    if (c == ';' && next != ';' && next != '&') return step(1, Joint::semicolon);
    return Joint::end;
}

// The joint behind a statement of the outermost list, which is noted.
Joint Scanner::statement_end(std::uint32_t begin) {
    std::uint32_t end = at_;
    while (end > begin && (code_[end - 1] == ' ' || code_[end - 1] == '\t' || code_[end - 1] == '\r')) --end;
    blanks();
    std::uint32_t joint_at = at_;
    Joint joint = joint_here();
    if (end > begin) statements.push_back({begin, end, joint, joint_at});
    return joint;
}

void Scanner::list(Stops stops, const Context& context) {
    Depth depth(*this);
    for (std::size_t s = 0; s < stop_none; ++s) open_[s] += stops >> s & 1U;
    Joint before = Joint::end;
    for (;;) {
        separators(context);
        if (done()) break;
        std::uint32_t from = at_;
        if (Stop stop = stop_here(); stop != stop_none) {
            if (open_[stop] > 0) break;   // ours, or of a list around this one that lost its middle
            at_ += stop == stop_item ? 2 : static_cast<std::uint32_t>(std::max<std::size_t>(reserved().size(), 1));
            continue;
        }
        Slot last = pipeline(context, before);
        Joint joint = depth_ == 1 ? statement_end(from) : joint_here();
        if (last) commands[*last].joint = joint;
        before = joint;
        if (at_ == from && here() != '\n') ++at_;
    }
    for (std::size_t s = 0; s < stop_none; ++s) open_[s] -= stops >> s & 1U;
}

Scanner::Slot Scanner::pipeline(Context context, Joint before) {
    context.pipeline = ++pipelines;
    blanks();
    while (take("!")) {
        context.negated = !context.negated;
        blanks();
    }
    // tree-sitter nests the parts of a pipeline and the redirections of a line: they count as levels, like parentheses.
    for (unsigned parts = 1;; ++parts) {
        if (parts > level_limit) cut_here();
        Slot slot = command(context);
        if (slot) commands[*slot].before = before;
        blanks();
        if (here() != '|' || at(at_ + 1) == '|') return slot;
        before = at(at_ + 1) == '&' ? Joint::pipe_all : Joint::pipe;
        at_ += before == Joint::pipe_all ? 2 : 1;
        if (slot) commands[*slot].joint = before;
        separators(context);
        if (done() || stop_here() != stop_none) return {};
    }
}

Scanner::Slot Scanner::command(const Context& context) {
    blanks();
    if (here() == '(' && is_arithmetic(at_)) return arithmetic_command(context);
    if (here() == '[' && reserved() == "[[") return bracket_test(context);
    if (!compound(context)) return simple(context);
    do blanks();
    while (redirect(nullptr, context));
    return {};
}

Command Scanner::made_in(const Context& context) {
    Command made;
    made.condition = context.condition;
    made.negated = context.negated;
    made.in_substitution = context.in_substitution;
    made.in_subshell = context.in_subshell;
    made.in_function = context.in_function;
    made.pipeline = context.pipeline;
    return made;
}

void Scanner::put(Command&& made, std::size_t slot, std::uint32_t begin, std::uint32_t end) {
    made.span = Builder::text(script_, begin, end).span;
    commands[slot] = std::move(made);
}

Scanner::Slot Scanner::simple(const Context& context) {
    std::size_t slot = commands.size();
    commands.emplace_back();   // the commands inside its words come after it
    Command made = made_in(context);
    std::uint32_t start = at_;
    while (part(made, context)) {}
    if (made.words.size() == 1 && made.assignments.empty() && made.redirects.empty() && at_parentheses()) {
        commands.erase(commands.begin() + static_cast<std::ptrdiff_t>(slot));
        function_body(context);
        return {};
    }
    if (made.words.empty() && made.assignments.empty() && made.redirects.empty()) {
        commands.erase(commands.begin() + static_cast<std::ptrdiff_t>(slot));
        return {};
    }
    std::uint32_t begin = start, end = at_;
    if (!made.assignments.empty())
        begin = made.assignments.front().name.joined;
    else if (!made.words.empty())
        begin = made.words.front().text.joined;
    const Word* last = !made.words.empty() ? &made.words.back() : !made.assignments.empty() ? &made.assignments.back().value : nullptr;
    if (last) end = last->text.joined + static_cast<std::uint32_t>(last->text.value.size());
    while (!last && end > begin && (code_[end - 1] == ' ' || code_[end - 1] == '\t' || code_[end - 1] == '\r')) --end;
    put(std::move(made), slot, begin, end);
    return slot;
}

// "()" as behind the name of a function.
bool Scanner::at_parentheses() const {
    if (here() != '(') return false;
    std::uint32_t next = at_ + 1;
    while (at(next) == ' ' || at(next) == '\t') ++next;
    return at(next) == ')';
}

// Reads the next assignment, redirection or word; false at the end of the command.
bool Scanner::part(Command& made, const Context& context) {
    blanks();
    if (done() || here() == '#') return false;
    if (redirect(&made, context)) return true;
    if (made.words.empty() && assignment(made, context)) return true;
    std::uint32_t from = at_;
    Word next = word(context);
    if (at_ == from) return false;
    made.words.push_back(std::move(next));
    return true;
}

bool Scanner::assignment(Command& made, const Context& context) {
    std::uint32_t end = at_;
    if (!is_name_start(at(end))) return false;
    while (is_name(at(end))) ++end;
    std::uint32_t name_end = end;
    if (at(end) == '[') {
        while (!ends_word(at(end)) && at(end) != ']') ++end;
        if (at(end) != ']') return false;
        ++end;
    }
    bool append = at(end) == '+' && at(end + 1) == '=';
    if (!append && at(end) != '=') return false;
    Assignment found;
    found.name = Builder::text(script_, at_, name_end);
    found.append = append;
    at_ = end + (append ? 2 : 1);
    found.value = whole_word(context);
    made.assignments.push_back(std::move(found));
    return true;
}

// Length of the redirection operator at `from`, its descriptor not included.
std::size_t Scanner::redirect_operator(std::uint32_t from) const {
    constexpr std::string_view operators[] = {"&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", "<", ">>", ">&", ">|", ">"};
    std::string_view rest = code_.substr(from, std::min<std::size_t>(end_ - std::min(from, end_), 3));
    for (std::string_view op : operators)
        if (rest.starts_with(op)) return op.size();
    return 0;
}

// `made` is null behind a compound command: the redirection is read for the commands in it only.
bool Scanner::redirect(Command* made, const Context& context) {
    std::uint32_t op = at_;
    while (is_digit(at(op))) ++op;
    if (at(op) != '<' && at(op) != '>' && at(op) != '&') return false;
    std::size_t size = redirect_operator(op);
    if (size == 0 || (op > at_ && at(op) == '&')) return false;
    if (size == 1 && op == at_ && at(op + 1) == '(') return false;   // process substitution: a word
    Redirect found;
    std::uint32_t end = op + static_cast<std::uint32_t>(size);
    found.op = code_.substr(at_, end - at_);
    std::string_view kind = code_.substr(op, size);
    at_ = end;
    blanks();
    found.target = word(context);
    if (kind == "<<" || kind == "<<-") {
        bool plain = !found.target.quoted && found.target.text.value.find('\\') == std::string_view::npos;
        pending_.push_back({found.target.value, plain, kind == "<<-"});
    }
    if (made) made->redirects.push_back(std::move(found));
    if (pending_.size() > level_limit / 4 || (made && made->redirects.size() > level_limit)) cut_here();
    return true;
}

void Builder::commands(Script& script) {
    Scanner scanner(script);
    auto size = static_cast<std::uint32_t>(script.joined_.size());
    scanner.run(0, size, {});
    script.commands_ = std::move(scanner.commands);
    script.statements_ = std::move(scanner.statements);
    script.unquoted_ = std::move(scanner.unquoted);
    std::ranges::sort(script.unquoted_, {}, &Expansion::begin);   // the bodies of heredocs come after their line
    script.truncated_ |= scanner.truncated;
    script.readable_ = scanner.truncated ? scanner.cut : size;
}

}
