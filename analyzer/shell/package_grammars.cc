#include "analyzer/shell/package_grammars.h"

#include <algorithm>
#include <unordered_map>

namespace plimsoll::shell {

namespace {

constexpr std::string_view apt_keys =
    "y=yes assume-yes=yes q=quiet s=simulate just-print=simulate dry-run=simulate recon=simulate no-act=simulate d=download-only f=fix-broken "
    "m=ignore-missing fix-missing=ignore-missing u=show-upgraded t=target-release default-release=target-release o=option c=config-file "
    "a=host-architecture P=build-profiles b=compile build=compile V=verbose-versions h=help v=version";
constexpr std::string_view apt_letters = "otcaP";
constexpr std::string_view apt_valued = "option target-release default-release config-file host-architecture build-profiles";
constexpr std::string_view apt_actions =
    "reinstall=install purge=remove full-upgrade=dist-upgrade safe-upgrade=upgrade auto-clean=autoclean distclean=clean dist-clean=clean";

constexpr std::string_view dnf_keys =
    "y=yes assumeyes=yes q=quiet v=verbose C=cacheonly d=debuglevel e=errorlevel R=randomwait c=config b=best x=exclude excludepkgs=exclude "
    "disable-repo=disablerepo enable-repo=enablerepo nogpgcheck=nogpgcheck no-gpgchecks=nogpgcheck h=help";
constexpr std::string_view dnf_letters = "cdeRx";
constexpr std::string_view dnf_valued =
    "config debuglevel errorlevel rpmverbosity randomwait installroot enablerepo disablerepo enable-repo disable-repo repo repoid exclude excludepkgs "
    "setopt releasever color advisory advisories bz bzs cve cves sec-severity secseverity forcearch comment destdir downloaddir enableplugin disableplugin "
    "repofrompath arch archlist";
constexpr std::string_view dnf_actions =
    "in=install localinstall=install install-n=install install-na=install install-nevra=install rei=reinstall rm=remove erase=remove "
    "remove-n=remove update=upgrade up=upgrade update-to=upgrade upgrade-to=upgrade localupdate=upgrade upgrade-minimal=upgrade update-minimal=upgrade "
    "distro-sync=dist-upgrade "
    "dsync=dist-upgrade mc=makecache grp=group groups=group";

constexpr std::string_view pip_keys =
    "r=requirement c=constraint e=editable t=target i=index-url pypi-url=index-url f=find-links q=quiet v=verbose U=upgrade I=ignore-installed "
    "y=yes h=help V=version";
constexpr std::string_view pip_valued =
    "requirement constraint editable target index-url pypi-url extra-index-url find-links platform python-version implementation abi root prefix src "
    "upgrade-strategy config-settings global-option install-option build-option no-binary only-binary progress-bar report log proxy retries timeout "
    "exists-action trusted-host cert "
    "client-cert cache-dir use-feature use-deprecated keyring-provider resume-retries wheel-dir dest python path hash requirements constraints "
    "build build-dir python-preference resolution prerelease index default-index index-strategy link-mode project directory config-file group";

constexpr std::string_view npm_keys = "g=global location-global=global D=save-dev S=save P=save-prod O=save-optional E=save-exact B=save-bundle f=force "
                                      "s=silent q=quiet y=yes p=package w=workspace C=prefix h=help";
constexpr std::string_view npm_valued =
    "loglevel registry prefix cache userconfig globalconfig omit include only also workspace package tag otp fetch-retries fetch-timeout "
    "fetch-retry-mintimeout fetch-retry-maxtimeout maxsockets network-timeout script-shell install-strategy before depth location target arch platform "
    "node-options call cafile ca cert key proxy https-proxy noproxy scope access";
constexpr std::string_view npm_actions =
    "i=install in=install ins=install inst=install insta=install instal=install isnt=install isnta=install isntal=install isntall=install add=install "
    "clean-install=ci ic=ci install-clean=ci isntall-clean=ci it=install-test cit=install-ci-test un=remove uninstall=remove unlink=remove rm=remove r=remove "
    "up=update upgrade=update udpate=update run-script=run rum=run urn=run c=config t=test tst=test ln=link x=exec";

constexpr PackageGrammar grammars[] = {
    {Manager::apt_get, "apt-get", apt_letters, apt_valued, apt_keys, apt_actions, ""},
    {Manager::apt, "apt", apt_letters, apt_valued, apt_keys, apt_actions, ""},
    {Manager::aptitude, "aptitude", "oFOtwS", "display-format sort target-release default-release width log-file log-level add-user-tag remove-user-tag",
     apt_keys, "reinstall=install purge=remove full-upgrade=dist-upgrade safe-upgrade=upgrade", ""},
    {Manager::apk, "apk", "ptX", "root virtual repository arch cache-dir cache-max-age keys-dir repositories-file wait progress-fd timeout",
     "t=virtual q=quiet v=verbose f=force i=interactive U=update-cache update=update-cache X=repository p=root u=upgrade l=latest h=help V=version",
     "add=install del=remove", ""},
    {Manager::yum, "yum", dnf_letters, dnf_valued, dnf_keys, dnf_actions, ""},
    {Manager::dnf, "dnf dnf5 dnf-3 dnf4", dnf_letters, dnf_valued, dnf_keys, dnf_actions, ""},
    {Manager::microdnf, "microdnf", dnf_letters, dnf_valued, dnf_keys, dnf_actions, ""},
    {Manager::tdnf, "tdnf", dnf_letters, dnf_valued, dnf_keys, dnf_actions, ""},
    {Manager::zypper, "zypper", "cRDptrdmCo",
     "config root reposd-dir cache-dir raw-cache-dir solv-cache-dir pkg-cache-dir plus-repo plus-content releasever disable-repositories-list from repo type "
     "name priority download "
     "category severity date issues cve bugzilla path",
     "n=non-interactive q=quiet v=verbose y=no-confirm f=force l=auto-agree-with-licenses A=no-abbrev s=table-style G=no-gpgcheck nogpgcheck=no-gpgcheck "
     "R=root "
     "p=plus-repo t=type r=repo D=dry-run h=help",
     "in=install rm=remove ref=refresh up=update dup=dist-upgrade cc=clean ar=addrepo rr=removerepo lr=repos mr=modifyrepo se=search if=info si=source-install "
     "lp=list-patches "
     "inr=install-new-recommends ps=processes ve=verify al=addlock",
     ""},
    {Manager::pip, "pip", "rcetif", pip_valued, pip_keys, "uninstall=remove", ""},
    {Manager::pipx, "pipx", "i", "python pip-args index-url suffix spec preinstall", "f=force i=index-url q=quiet v=verbose h=help",
     "uninstall=remove uninstall-all=remove-all", ""},
    {Manager::npm, "npm", "wCp", npm_valued, npm_keys, npm_actions, ""},
    {Manager::npx, "npx", "pcw", "package call workspace registry cache", "y=yes p=package c=call w=workspace q=quiet h=help", "", "exec"},
    {Manager::yarn, "yarn", "",
     "cwd registry cache-folder modules-folder network-timeout network-concurrency mutex use-yarnrc global-folder prefix proxy https-proxy otp "
     "preferred-cache-folder link-folder "
     "child-concurrency mode",
     "D=dev P=peer O=optional E=exact T=tilde s=silent g=global W=ignore-workspace-root-check h=help v=version", "add=install up=upgrade unlink=unlink",
     "install"},
    {Manager::pnpm, "pnpm", "CF",
     "dir filter loglevel registry store-dir network-concurrency child-concurrency virtual-store-dir reporter prefix package-import-method",
     "g=global D=save-dev P=prod save-prod=prod production=prod O=save-optional E=save-exact r=recursive w=workspace-root C=dir F=filter h=help",
     "i=install add=install rm=remove un=remove uninstall=remove up=update upgrade=update run-script=run", ""},
    {Manager::gem, "gem", "vinPsBgpe",
     "version install-dir bindir platform source bulk-threshold http-proxy trust-policy document file without config-file target-rbconfig build-root",
     "v=version i=install-dir n=bindir N=no-document no-doc=no-document no-ri=no-document no-rdoc=no-document f=force s=source p=http-proxy P=trust-policy "
     "E=env-shebang q=quiet "
     "V=verbose l=local r=remote b=both w=wrappers g=file h=help",
     "i=install uninstall=remove", ""},
    {Manager::go, "go", "",
     "ldflags gcflags asmflags gccgoflags tags o p mod modfile overlay pkgdir toolexec exec run bench benchtime count timeout cpu parallel coverprofile "
     "covermode coverpkg "
     "buildmode compiler installsuffix C require replace go vettool",
     "", "", "", true},
    {Manager::cargo, "cargo", "pjFZC",
     "version vers git branch tag rev path root registry index bin example features target target-dir profile jobs config color package manifest-path "
     "message-format "
     "out-dir artifact-dir exclude lockfile-path",
     "F=features p=package j=jobs f=force q=quiet v=verbose r=release vers=version h=help V=version", "b=build c=check r=run t=test rm=remove d=doc", ""},
    {Manager::composer, "composer", "d", "working-dir prefer-install ignore-platform-req apcu-autoloader-prefix repository stability type",
     "n=no-interaction d=working-dir o=optimize-autoloader a=classmap-authoritative q=quiet v=verbose vv=verbose vvv=verbose w=with-dependencies h=help "
     "V=version",
     "i=install u=update upgrade=update r=require rm=remove uninstall=remove dumpautoload=dump-autoload clear-cache=clear-cache clearcache=clear-cache "
     "cc=clear-cache selfupdate=self-update",
     ""},
    {Manager::conda, "conda mamba micromamba", "cnpf",
     "channel name prefix file solver repodata-fn experimental root-prefix rc-file platform relocate-prefix set append prepend add remove",
     "y=yes c=channel n=name p=prefix f=file q=quiet v=verbose k=insecure a=all d=dry-run i=index-cache t=tarballs m=mkdir h=help V=version C=use-index-cache "
     "O=override-channels",
     "uninstall=remove", ""},
    {Manager::pacman, "pacman", "br",
     "dbpath root arch cachedir color config gpgdir hookdir logfile sysroot overwrite ignore ignoregroup assume-installed print-format",
     "r=root b=dbpath y=refresh u=sysupgrade c=clean w=downloadonly s=search v=verbose S=sync R=remove U=upgrade Q=query T=deptest F=files D=database", "", ""},
    {Manager::poetry, "poetry", "CPEGe", "directory project extras group with without only source python platform lock-path format output name",
     "n=no-interaction q=quiet v=verbose D=dev E=extras G=group C=directory P=project e=editable h=help V=version", "", ""},
    {Manager::bundle, "bundle bundler", "jrP", "jobs gemfile path without with retry binstubs shebang standalone target-rbconfig trust-policy prefer-version",
     "j=jobs r=retry P=trust-policy h=help v=version", "i=install e=exec", "install"},
};

// "pip3.11" -> "pip", "gem2.7" -> "gem", "npm" stays.
std::string_view without_version(std::string_view name) {
    std::size_t end = name.size();
    while (end > 0 && ((name[end - 1] >= '0' && name[end - 1] <= '9') || name[end - 1] == '.' || name[end - 1] == '-')) --end;
    return name.substr(0, end);
}

}

bool list_has(std::string_view list, std::string_view word) {
    for (std::size_t at = list.find(word); at != std::string_view::npos && !word.empty(); at = list.find(word, at + 1)) {
        std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    }
    return false;
}

std::string_view list_value(std::string_view list, std::string_view word) {
    for (std::size_t at = list.find(word); at != std::string_view::npos && !word.empty(); at = list.find(word, at + 1)) {
        std::size_t end = at + word.size();
        if ((at != 0 && list[at - 1] != ' ') || end >= list.size() || list[end] != '=') continue;
        std::string_view rest = list.substr(end + 1);
        return rest.substr(0, rest.find(' '));
    }
    return {};
}

namespace {

std::unordered_map<std::string_view, const PackageGrammar*> by_name() {
    std::unordered_map<std::string_view, const PackageGrammar*> all;
    for (const PackageGrammar& grammar : grammars)
        for (std::string_view rest = grammar.names; !rest.empty();) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            all.try_emplace(rest.substr(0, end), &grammar);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    return all;
}

}

// Asked about every command.
const PackageGrammar* package_grammar(std::string_view base_name) {
    if (base_name.size() < 2 || base_name.size() > 16) return nullptr;
    static const std::unordered_map<std::string_view, const PackageGrammar*> known = by_name();
    auto find = [](std::string_view name) {
        auto found = known.find(name);
        return found == known.end() ? nullptr : found->second;
    };
    if (const PackageGrammar* exact = find(base_name)) return exact;
    std::string_view plain = without_version(base_name);
    return plain.size() < 2 || plain == base_name ? nullptr : find(plain);
}

}
