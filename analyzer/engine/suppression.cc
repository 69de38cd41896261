#include "analyzer/engine/suppression.h"

#include <algorithm>
#include <unordered_map>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/text/glob.h"

namespace plimsoll {

namespace {

// Suppressions by the name they silence, so that a finding looks only at those that may be about it.
class Index {
public:
    Index(const std::vector<Suppression>& suppressions, std::string_view today) {
        for (const Suppression& suppression : suppressions) {
            if (!suppression.active(today)) continue;
            for (const Suppression::Id& id : suppression.ids) {
                const bool range = tool_of(id.peer) == "hadolint" && id.peer.find('-') != std::string::npos;
                if (range)
                    ranges_.push_back({&suppression, &id});
                else
                    by_name_[id.peer].push_back({&suppression, &id});
            }
        }
    }

    // Marks the finding and every id that silences it.
    void apply(Finding& finding) const {
        if (by_name_.empty() && ranges_.empty()) return;
        look_up(finding, finding.check->id);
        look_up(finding, "*");
        std::string_view last_tool;
        for (std::string_view alias : finding.aliases) {
            std::string_view tool = tool_of(alias);
            if (tool == "shellcheck") {
                tool = "hadolint";
                look_up(finding, canonical_alias(tool, alias.substr(alias.find(':') + 1)));
            }
            look_up(finding, alias);
            if (tool != last_tool) look_up(finding, std::string(tool) + ":*");
            last_tool = tool;
        }
        for (const Entry& entry : ranges_)
            if (stands_for(entry.id->peer, finding)) consider(finding, entry);
    }

private:
    struct Entry {
        const Suppression* suppression;
        const Suppression::Id* id;
    };

    void look_up(Finding& finding, std::string_view name) const {
        const auto found = by_name_.find(name);
        if (found == by_name_.end()) return;
        for (const Entry& entry : found->second) consider(finding, entry);
    }

    static void consider(Finding& finding, const Entry& entry) {
        const Suppression& suppression = *entry.suppression;
        const auto inside = [&](Span scope) { return scope.contains(finding.anchor) || scope.contains(finding.span.begin); };
        if (std::none_of(suppression.scope.begin(), suppression.scope.end(), inside)) return;
        if (std::any_of(suppression.except.begin(), suppression.except.end(), [&](const std::string& name) { return stands_for(name, finding); })) return;
        entry.id->used = true;
        if (!finding.silenced) finding.silenced = Silenced{suppression.dialect + " " + std::string(suppression.form), suppression.reason, suppression.until};
    }

    std::unordered_map<std::string_view, std::vector<Entry>> by_name_;
    std::vector<Entry> ranges_;
};

// The ignore rules that hold for a file of this path today.
std::vector<const IgnoreRule*> rules_for(const std::string& path, const Settings& settings) {
    std::vector<const IgnoreRule*> rules;
    for (const IgnoreRule& rule : settings.ignore) {
        if (!rule.until.empty() && !settings.today.empty() && rule.until < settings.today) continue;
        if (rule.applies_to(path)) rules.push_back(&rule);
    }
    return rules;
}

// The lock on a finding's check; null without one.
const Lock* lock_of(const Finding& finding, const Settings& settings) {
    for (const Lock& lock : settings.locked)
        if (stands_for(lock.check, finding)) return &lock;
    return nullptr;
}

// Whether a rule that speaks of objects means the one the finding is about.
bool about_object(const IgnoreRule& rule, const Finding& finding) {
    if (rule.kind.empty() && rule.name.empty() && rule.name_space.empty() && rule.container.empty()) return true;
    if (!finding.object) return false;
    const auto fits = [](const std::string& pattern, const std::string& value) { return pattern.empty() || pattern == value || Glob(pattern).matches(value); };
    return fits(rule.kind, finding.object->kind) && fits(rule.name, finding.object->name) && fits(rule.name_space, finding.object->name_space) &&
           fits(rule.container, finding.part);
}

void apply_rules(Finding& finding, const std::vector<const IgnoreRule*>& rules, const Lock* lock) {
    if (finding.silenced) return;
    for (const IgnoreRule* rule : rules) {
        if (lock && !rule->from.starts_with(lock->path + ":") && rule->from != "command line") continue;
        if (std::none_of(rule->checks.begin(), rule->checks.end(), [&](const std::string& name) { return stands_for(name, finding); })) continue;
        if (!about_object(*rule, finding)) continue;
        if (std::any_of(rule->except.begin(), rule->except.end(), [&](const std::string& name) { return stands_for(name, finding); })) continue;
        finding.silenced = Silenced{rule->from.empty() ? "configuration" : rule->from, rule->reason, rule->until};
        return;
    }
}

// The findings about suppressions that one registry knows and one configuration wants.
class Judge {
public:
    Judge(const std::string& path, bool in_dockerfile, const Settings& settings, const Registry& registry, std::vector<Finding>& out)
        : path_(path),
          settings_(settings),
          registry_(registry),
          out_(out),
          in_dockerfile_(in_dockerfile),
          unused_(wanted("unused-suppression")),
          expired_(wanted("suppression-expired")),
          malformed_(wanted("suppression-malformed")) {}

    void judge(const Suppression& suppression) {
        if (!suppression.malformed.empty()) return malformed(suppression);
        if (!suppression.no_effect.empty()) return without_effect(suppression);
        if (suppression.expired(settings_.today)) return expired(suppression);
        if (!unused_) return;
        for (std::size_t i = 0; i < suppression.ids.size(); ++i)
            if (!suppression.ids[i].known)
                unknown(suppression, i);
            else if (!suppression.ids[i].used && ran(suppression.ids[i], suppression))
                unused(suppression, i);
    }

private:
    const Check* wanted(std::string_view id) const {
        const Check* check = registry_.find(id);
        return check && settings_.enabled(*check) ? check : nullptr;
    }

    Finding& add(const Check& check, Span span, std::string message) {
        Finding finding;
        finding.check = &check;
        finding.path = path_;
        finding.span = span;
        finding.anchor = span.begin;
        finding.message = std::move(message);
        finding.severity = settings_.severity_of(check);
        finding.aliases = AliasSet(check.aliases);
        return out_.emplace_back(std::move(finding));
    }

    // Another tool may still heed its own comment, so only ours go without asking.
    static void offer_removal(Finding& finding, const Suppression& suppression, Span place) {
        if (place.empty()) return;
        const bool whole = place == suppression.line;
        finding.fix = Fix{whole ? "Remove the " + std::string(suppression.form) : "Remove the id",
                          suppression.dialect == "plimsoll" ? Safety::safe : Safety::unsafe,
                          {{place, ""}}};
    }

    // The bytes to delete for one id: the comment, when it is the only one.
    static Span removal(const Suppression& suppression, std::size_t index) {
        const auto& ids = suppression.ids;
        if (ids.size() == 1) return suppression.line;
        if (index > 0) return {ids[index - 1].span.end, ids[index].span.end};
        return {ids[0].span.begin, ids[1].span.begin};
    }

    void malformed(const Suppression& suppression) {
        if (malformed_)
            add(*malformed_, suppression.span,
                "this " + suppression.dialect + " " + std::string(suppression.form) + " silences nothing: " + suppression.malformed);
    }

    void without_effect(const Suppression& suppression) {
        if (!unused_) return;
        Finding& finding = add(*unused_, suppression.span,
                               "this " + suppression.dialect + " " + std::string(suppression.form) + " silences nothing: " + suppression.no_effect);
        offer_removal(finding, suppression, suppression.line);
        if (finding.fix) finding.fix->safety = Safety::unsafe;   // moving it may be what was meant
    }

    void expired(const Suppression& suppression) {
        if (expired_) add(*expired_, suppression.span, "this suppression ended on " + suppression.until + "; remove it or set a new date");
    }

    void unknown(const Suppression& suppression, std::size_t index) {
        const Suppression::Id& id = suppression.ids[index];
        const std::string near = registry_.nearest(id.text);
        std::string message = "no check is called " + quote(id.text);
        if (!near.empty() && suppression.dialect == "plimsoll") message += "; did you mean " + quote(near) + "?";
        Finding& finding = add(*unused_, id.span, std::move(message));
        if (near.empty() || suppression.dialect != "plimsoll")
            offer_removal(finding, suppression, removal(suppression, index));
        else
            finding.fix = Fix{"Replace with " + quote(near), Safety::unsafe, {{id.span, near}}};
    }

    void unused(const Suppression& suppression, std::size_t index) {
        const Suppression::Id& id = suppression.ids[index];
        Finding& finding =
            add(*unused_, id.span, quote(id.text) + " finds nothing here that this " + std::string(suppression.form) + " could silence; remove it");
        offer_removal(finding, suppression, removal(suppression, index));
    }

    // Whether every check the id stands for ran on this file. "Everything" counts only in our own dialect: what a peer
    // would still say, we do not know.
    bool ran(const Suppression::Id& id, const Suppression& suppression) const {
        if (id.peer == "*") return suppression.dialect == "plimsoll";
        const std::vector<const Check*> checks = registry_.resolve(id.peer);
        return !checks.empty() &&
               std::all_of(checks.begin(), checks.end(), [&](const Check* check) { return looks_here(*check) && settings_.enabled(*check); });
    }

    bool looks_here(const Check& check) const {
        const Runner& run = check.run;
        return in_dockerfile_ ? run.dockerfile != nullptr : run.manifest || run.object || run.pod || run.container || run.cluster;
    }

    const std::string& path_;
    const Settings& settings_;
    const Registry& registry_;
    std::vector<Finding>& out_;
    bool in_dockerfile_;
    const Check* unused_;
    const Check* expired_;
    const Check* malformed_;
};

}

void silence(std::vector<Finding>& findings, const std::vector<Suppression>& suppressions, const Settings& settings, const Registry&) {
    if (findings.empty()) return;
    const Index index(suppressions, settings.today);
    const std::vector<const IgnoreRule*> rules = rules_for(std::string(findings.front().path), settings);
    for (Finding& finding : findings) {
        if (finding.silenced) continue;
        const Lock* lock = lock_of(finding, settings);
        if (!lock) index.apply(finding);
        apply_rules(finding, rules, lock);
    }
}

void judge_suppressions(const std::vector<Suppression>& suppressions, const std::string& path, bool in_dockerfile, const Settings& settings,
                        const Registry& registry, std::vector<Finding>& out) {
    if (suppressions.empty()) return;
    std::vector<Finding> judged;
    Judge judge(path, in_dockerfile, settings, registry, judged);
    for (const Suppression& suppression : suppressions) judge.judge(suppression);
    silence(judged, suppressions, settings, registry);
    out.insert(out.end(), std::make_move_iterator(judged.begin()), std::make_move_iterator(judged.end()));
}

}
