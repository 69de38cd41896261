#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"

// The checks of the label schema: values of labels that the configuration lists with a type.

namespace plimsoll::checks::label_schema {

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

template <typename Test>
static bool all_of(std::string_view text, Test test) {
    return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

// Cut at a separator, empty parts included.
static std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

static bool is_filled(std::string_view value, const Reporter&) { return !value.empty(); }

// RFC 3986: a scheme, something behind it, and none of the characters that a URI may not hold.
static bool is_url(std::string_view value, const Reporter&) {
    const std::size_t colon = value.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == value.size() || !is_letter(value[0])) return false;
    if (!all_of(value.substr(0, colon), [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; })) return false;
    for (std::size_t i = colon + 1; i < value.size(); ++i) {
        const char c = value[i];
        const bool hex = c != '%' || (i + 2 < value.size() && std::isxdigit(static_cast<unsigned char>(value[i + 1])) &&
                                      std::isxdigit(static_cast<unsigned char>(value[i + 2])));
        if (!hex || (!is_alphanumeric(c) && std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) == std::string_view::npos)) return false;
    }
    return true;
}

static int number(std::string_view digits) {
    int out = 0;
    for (char c : digits) out = out * 10 + (c - '0');
    return out;
}

static bool is_time(std::string_view hours, std::string_view minutes) { return number(hours) < 24 && number(minutes) < 60; }

static bool is_date(int year, int month, int day) {
    constexpr std::array days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return false;
    const bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= days[static_cast<std::size_t>(month - 1)] + (leap ? 1 : 0);
}

// "dddd-dd-dd" and the like: d stands for a digit.
static bool has_shape(std::string_view text, std::string_view shape) {
    return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), [](char c, char s) {
               return s == 'd' ? is_digit(c) : s == 'T' ? c == 'T' || c == 't' : c == s;
           });
}

static bool is_rfc3339(std::string_view value, const Reporter&) {
    if (!has_shape(value.substr(0, 19), "dddd-dd-ddTdd:dd:dd")) return false;
    if (!is_date(number(value.substr(0, 4)), number(value.substr(5, 2)), number(value.substr(8, 2)))) return false;
    if (!is_time(value.substr(11, 2), value.substr(14, 2)) || number(value.substr(17, 2)) > 60) return false;
    std::string_view rest = value.substr(19);
    if (rest.starts_with('.')) {
        const std::size_t end = rest.find_first_not_of("0123456789", 1);
        if (end == std::string_view::npos || end == 1) return false;
        rest = rest.substr(end);
    }
    if (rest == "Z" || rest == "z") return true;
    return (has_shape(rest, "+dd:dd") || has_shape(rest, "-dd:dd")) && is_time(rest.substr(1, 2), rest.substr(4, 2));
}

// The parts behind '-' or '+'. Numbers of a pre-release have no leading zero.
static bool are_identifiers(std::string_view text, bool leading_zero) {
    for (std::string_view part : split(text, '.')) {
        if (!all_of(part, [](char c) { return is_alphanumeric(c) || c == '-'; })) return false;
        if (!leading_zero && part.size() > 1 && part[0] == '0' && all_of(part, is_digit)) return false;
    }
    return true;
}

static bool is_semver(std::string_view value, const Reporter&) {
    const std::size_t plus = value.find('+');
    if (plus != std::string_view::npos && !are_identifiers(value.substr(plus + 1), true)) return false;
    value = value.substr(0, plus);
    const std::size_t dash = value.find('-');
    if (dash != std::string_view::npos && !are_identifiers(value.substr(dash + 1), false)) return false;
    const auto numbers = split(value.substr(0, dash), '.');
    return numbers.size() == 3 &&
           std::all_of(numbers.begin(), numbers.end(), [](std::string_view n) { return all_of(n, is_digit) && (n.size() == 1 || n[0] != '0'); });
}

static bool is_git_hash(std::string_view value, const Reporter&) {
    return (value.size() == 7 || value.size() == 40) && all_of(value, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

static bool is_email(std::string_view value, const Reporter&) {
    const std::size_t at = value.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64) return false;
    const std::string_view local = value.substr(0, at), domain = value.substr(at + 1);
    const bool quoted = local.size() > 2 && local.starts_with('"') && local.ends_with('"');
    const auto atoms = split(local, '.');
    const auto atom = [](std::string_view a) {
        return all_of(a, [](char c) { return is_alphanumeric(c) || std::string_view("!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos || (c & 0x80); });
    };
    if (!quoted && !std::all_of(atoms.begin(), atoms.end(), atom)) return false;
    const auto labels = split(domain, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view l) {
        return all_of(l, [](char c) { return is_alphanumeric(c) || c == '-' || (c & 0x80); }) && l.front() != '-' && l.back() != '-';
    });
}

// The SPDX licence list, version 3.27, deprecated identifiers included; separated by blanks.
static constexpr std::string_view licences =
    "0BSD 3D-Slicer-1.0 AAL Abstyles AdaCore-doc Adobe-2006 Adobe-Display-PostScript Adobe-Glyph Adobe-Utopia ADSL AFL-1.1 AFL-1.2 AFL-2.0 "
    "AFL-2.1 AFL-3.0 Afmparse AGPL-1.0 AGPL-1.0-only AGPL-1.0-or-later AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Aladdin AMD-newlib AMDPLPA AML "
    "AML-glslang AMPAS ANTLR-PD ANTLR-PD-fallback any-OSI any-OSI-perl-modules Apache-1.0 Apache-1.1 Apache-2.0 APAFML APL-1.0 App-s2p APSL-1.0 "
    "APSL-1.1 APSL-1.2 APSL-2.0 Arphic-1999 Artistic-1.0 Artistic-1.0-cl8 Artistic-1.0-Perl Artistic-2.0 Artistic-dist Aspell-RU "
    "ASWF-Digital-Assets-1.0 ASWF-Digital-Assets-1.1 Baekmuk Bahyph Barr bcrypt-Solar-Designer Beerware Bitstream-Charter Bitstream-Vera "
    "BitTorrent-1.0 BitTorrent-1.1 blessing BlueOak-1.0.0 Boehm-GC Boehm-GC-without-fee Borceux Brian-Gladman-2-Clause Brian-Gladman-3-Clause "
    "BSD-1-Clause BSD-2-Clause BSD-2-Clause-Darwin BSD-2-Clause-first-lines BSD-2-Clause-FreeBSD BSD-2-Clause-NetBSD BSD-2-Clause-Patent "
    "BSD-2-Clause-pkgconf-disclaimer BSD-2-Clause-Views BSD-3-Clause BSD-3-Clause-acpica BSD-3-Clause-Attribution BSD-3-Clause-Clear "
    "BSD-3-Clause-flex BSD-3-Clause-HP BSD-3-Clause-LBNL BSD-3-Clause-Modification BSD-3-Clause-No-Military-License "
    "BSD-3-Clause-No-Nuclear-License BSD-3-Clause-No-Nuclear-License-2014 BSD-3-Clause-No-Nuclear-Warranty BSD-3-Clause-Open-MPI BSD-3-Clause-Sun "
    "BSD-4-Clause BSD-4-Clause-Shortened BSD-4-Clause-UC BSD-4.3RENO BSD-4.3TAHOE BSD-Advertising-Acknowledgement BSD-Attribution-HPND-disclaimer "
    "BSD-Inferno-Nettverk BSD-Protection BSD-Source-beginning-file BSD-Source-Code BSD-Systemics BSD-Systemics-W3Works BSL-1.0 BUSL-1.1 "
    "bzip2-1.0.5 bzip2-1.0.6 C-UDA-1.0 CAL-1.0 CAL-1.0-Combined-Work-Exception Caldera Caldera-no-preamble Catharon CATOSL-1.1 CC-BY-1.0 "
    "CC-BY-2.0 CC-BY-2.5 CC-BY-2.5-AU CC-BY-3.0 CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE CC-BY-3.0-IGO CC-BY-3.0-NL CC-BY-3.0-US CC-BY-4.0 "
    "CC-BY-NC-1.0 CC-BY-NC-2.0 CC-BY-NC-2.5 CC-BY-NC-3.0 CC-BY-NC-3.0-DE CC-BY-NC-4.0 CC-BY-NC-ND-1.0 CC-BY-NC-ND-2.0 CC-BY-NC-ND-2.5 "
    "CC-BY-NC-ND-3.0 CC-BY-NC-ND-3.0-DE CC-BY-NC-ND-3.0-IGO CC-BY-NC-ND-4.0 CC-BY-NC-SA-1.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-2.0-DE CC-BY-NC-SA-2.0-FR "
    "CC-BY-NC-SA-2.0-UK CC-BY-NC-SA-2.5 CC-BY-NC-SA-3.0 CC-BY-NC-SA-3.0-DE CC-BY-NC-SA-3.0-IGO CC-BY-NC-SA-4.0 CC-BY-ND-1.0 CC-BY-ND-2.0 "
    "CC-BY-ND-2.5 CC-BY-ND-3.0 CC-BY-ND-3.0-DE CC-BY-ND-4.0 CC-BY-SA-1.0 CC-BY-SA-2.0 CC-BY-SA-2.0-UK CC-BY-SA-2.1-JP CC-BY-SA-2.5 CC-BY-SA-3.0 "
    "CC-BY-SA-3.0-AT CC-BY-SA-3.0-DE CC-BY-SA-3.0-IGO CC-BY-SA-4.0 CC-PDDC CC-PDM-1.0 CC-SA-1.0 CC0-1.0 CDDL-1.0 CDDL-1.1 CDL-1.0 "
    "CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 CECILL-1.0 CECILL-1.1 CECILL-2.0 CECILL-2.1 CECILL-B CECILL-C CERN-OHL-1.1 "
    "CERN-OHL-1.2 CERN-OHL-P-2.0 CERN-OHL-S-2.0 CERN-OHL-W-2.0 CFITSIO check-cvs checkmk ClArtistic Clips CMU-Mach CMU-Mach-nodoc CNRI-Jython "
    "CNRI-Python CNRI-Python-GPL-Compatible COIL-1.0 Community-Spec-1.0 Condor-1.1 copyleft-next-0.3.0 copyleft-next-0.3.1 Cornell-Lossless-JPEG "
    "CPAL-1.0 CPL-1.0 CPOL-1.02 Cronyx Crossword CryptoSwift CrystalStacker CUA-OPL-1.0 Cube curl cve-tou D-FSL-1.0 DEC-3-Clause diffmark "
    "DL-DE-BY-2.0 DL-DE-ZERO-2.0 DOC DocBook-DTD DocBook-Schema DocBook-Stylesheet DocBook-XML Dotseqn DRL-1.0 DRL-1.1 DSDP dtoa dvipdfm ECL-1.0 "
    "ECL-2.0 eCos-2.0 EFL-1.0 EFL-2.0 eGenix Elastic-2.0 Entessa EPICS EPL-1.0 EPL-2.0 ErlPL-1.1 etalab-2.0 EUDatagrid EUPL-1.0 EUPL-1.1 EUPL-1.2 "
    "Eurosym Fair FBM FDK-AAC Ferguson-Twofish Frameworx-1.0 FreeBSD-DOC FreeImage FSFAP FSFAP-no-warranty-disclaimer FSFUL FSFULLR FSFULLRSD "
    "FSFULLRWD FSL-1.1-ALv2 FSL-1.1-MIT FTL Furuseth fwlw Game-Programming-Gems GCR-docs GD generic-xts GFDL-1.1 GFDL-1.1-invariants-only "
    "GFDL-1.1-invariants-or-later GFDL-1.1-no-invariants-only GFDL-1.1-no-invariants-or-later GFDL-1.1-only GFDL-1.1-or-later GFDL-1.2 "
    "GFDL-1.2-invariants-only GFDL-1.2-invariants-or-later GFDL-1.2-no-invariants-only GFDL-1.2-no-invariants-or-later GFDL-1.2-only "
    "GFDL-1.2-or-later GFDL-1.3 GFDL-1.3-invariants-only GFDL-1.3-invariants-or-later GFDL-1.3-no-invariants-only GFDL-1.3-no-invariants-or-later "
    "GFDL-1.3-only GFDL-1.3-or-later Giftware GL2PS Glide Glulxe GLWTPL gnuplot GPL-1.0 GPL-1.0+ GPL-1.0-only GPL-1.0-or-later GPL-2.0 GPL-2.0+ "
    "GPL-2.0-only GPL-2.0-or-later GPL-2.0-with-autoconf-exception GPL-2.0-with-bison-exception GPL-2.0-with-classpath-exception "
    "GPL-2.0-with-font-exception GPL-2.0-with-GCC-exception GPL-3.0 GPL-3.0+ GPL-3.0-only GPL-3.0-or-later GPL-3.0-with-autoconf-exception "
    "GPL-3.0-with-GCC-exception Graphics-Gems gSOAP-1.3b gtkbook Gutmann HaskellReport HDF5 hdparm HIDAPI Hippocratic-2.1 HP-1986 HP-1989 HPND "
    "HPND-DEC HPND-doc HPND-doc-sell HPND-export-US HPND-export-US-acknowledgement HPND-export-US-modify HPND-export2-US "
    "HPND-Fenneberg-Livingston HPND-INRIA-IMAG HPND-Intel HPND-Kevlin-Henney HPND-Markus-Kuhn HPND-merchantability-variant HPND-MIT-disclaimer "
    "HPND-Netrek HPND-Pbmplus HPND-sell-MIT-disclaimer-xserver HPND-sell-regexpr HPND-sell-variant HPND-sell-variant-MIT-disclaimer "
    "HPND-sell-variant-MIT-disclaimer-rev HPND-UC HPND-UC-export-US HTMLTIDY IBM-pibs ICU IEC-Code-Components-EULA IJG IJG-short ImageMagick "
    "iMatix Imlib2 Info-ZIP Inner-Net-2.0 InnoSetup Intel Intel-ACPI Interbase-1.0 IPA IPL-1.0 ISC ISC-Veillard Jam JasPer-2.0 jove JPL-image "
    "JPNIC JSON Kastrup Kazlib Knuth-CTAN LAL-1.2 LAL-1.3 Latex2e Latex2e-translated-notice Leptonica LGPL-2.0 LGPL-2.0+ LGPL-2.0-only "
    "LGPL-2.0-or-later LGPL-2.1 LGPL-2.1+ LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0+ LGPL-3.0-only LGPL-3.0-or-later LGPLLR Libpng "
    "libpng-1.6.35 libpng-2.0 libselinux-1.0 libtiff libutil-David-Nugent LiLiQ-P-1.1 LiLiQ-R-1.1 LiLiQ-Rplus-1.1 Linux-man-pages-1-para "
    "Linux-man-pages-copyleft Linux-man-pages-copyleft-2-para Linux-man-pages-copyleft-var Linux-OpenIB LOOP LPD-document LPL-1.0 LPL-1.02 "
    "LPPL-1.0 LPPL-1.1 LPPL-1.2 LPPL-1.3a LPPL-1.3c lsof Lucida-Bitmap-Fonts LZMA-SDK-9.11-to-9.20 LZMA-SDK-9.22 Mackerras-3-Clause "
    "Mackerras-3-Clause-acknowledgment magaz mailprio MakeIndex man2html Martin-Birgmeier McPhee-slideshow metamail Minpack MIPS MirOS MIT MIT-0 "
    "MIT-advertising MIT-Click MIT-CMU MIT-enna MIT-feh MIT-Festival MIT-Khronos-old MIT-Modern-Variant MIT-open-group MIT-testregex MIT-Wu "
    "MITNFA MMIXware Motosoto MPEG-SSG mpi-permissive mpich2 MPL-1.0 MPL-1.1 MPL-2.0 MPL-2.0-no-copyleft-exception mplus MS-LPL MS-PL MS-RL MTLL "
    "MulanPSL-1.0 MulanPSL-2.0 Multics Mup NAIST-2003 NASA-1.3 Naumen NBPL-1.0 NCBI-PD NCGL-UK-2.0 NCL NCSA Net-SNMP NetCDF Newsletr NGPL ngrep "
    "NICTA-1.0 NIST-PD NIST-PD-fallback NIST-Software NLOD-1.0 NLOD-2.0 NLPL Nokia NOSL Noweb NPL-1.0 NPL-1.1 NPOSL-3.0 NRL NTIA-PD NTP NTP-0 "
    "Nunit O-UDA-1.0 OAR OCCT-PL OCLC-2.0 ODbL-1.0 ODC-By-1.0 OFFIS OFL-1.0 OFL-1.0-no-RFN OFL-1.0-RFN OFL-1.1 OFL-1.1-no-RFN OFL-1.1-RFN OGC-1.0 "
    "OGDL-Taiwan-1.0 OGL-Canada-2.0 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 OGTSL OLDAP-1.1 OLDAP-1.2 OLDAP-1.3 OLDAP-1.4 OLDAP-2.0 OLDAP-2.0.1 "
    "OLDAP-2.1 OLDAP-2.2 OLDAP-2.2.1 OLDAP-2.2.2 OLDAP-2.3 OLDAP-2.4 OLDAP-2.5 OLDAP-2.6 OLDAP-2.7 OLDAP-2.8 OLFL-1.3 OML OpenPBS-2.3 OpenSSL "
    "OpenSSL-standalone OpenVision OPL-1.0 OPL-UK-3.0 OPUBL-1.0 OSET-PL-2.1 OSL-1.0 OSL-1.1 OSL-2.0 OSL-2.1 OSL-3.0 PADL Parity-6.0.0 "
    "Parity-7.0.0 PDDL-1.0 PHP-3.0 PHP-3.01 Pixar pkgconf Plexus pnmstitch PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0 PostgreSQL "
    "PPL PSF-2.0 psfrag psutils Python-2.0 Python-2.0.1 python-ldap Qhull QPL-1.0 QPL-1.0-INRIA-2004 radvd Rdisc RHeCos-1.1 RPL-1.1 RPL-1.5 "
    "RPSL-1.0 RSA-MD RSCPL Ruby Ruby-pty SAX-PD SAX-PD-2.0 Saxpath SCEA SchemeReport Sendmail Sendmail-8.23 Sendmail-Open-Source-1.1 SGI-B-1.0 "
    "SGI-B-1.1 SGI-B-2.0 SGI-OpenGL SGP4 SHL-0.5 SHL-0.51 SimPL-2.0 SISSL SISSL-1.2 SL Sleepycat SMAIL-GPL SMLNJ SMPPL SNIA snprintf SOFA "
    "softSurfer Soundex Spencer-86 Spencer-94 Spencer-99 SPL-1.0 ssh-keyscan SSH-OpenSSH SSH-short SSLeay-standalone SSPL-1.0 StandardML-NJ "
    "SugarCRM-1.1.3 SUL-1.0 Sun-PPP Sun-PPP-2000 SunPro SWL swrule Symlinks TAPR-OHL-1.0 TCL TCP-wrappers TermReadKey TGPPL-1.0 ThirdEye "
    "threeparttable TMate TORQUE-1.1 TOSL TPDL TPL-1.0 TrustedQSL TTWL TTYP0 TU-Berlin-1.0 TU-Berlin-2.0 Ubuntu-font-1.0 UCAR UCL-1.0 ulem "
    "UMich-Merit Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016 Unicode-TOU UnixCrypt Unlicense Unlicense-libtelnet Unlicense-libwhirlpool UPL-1.0 "
    "URT-RLE Vim VOSTROM VSL-1.0 W3C W3C-19980720 W3C-20150513 w3m Watcom-1.0 Widget-Workshop Wsuipa WTFPL wwl wxWindows X11 "
    "X11-distribute-modifications-variant X11-swapped Xdebug-1.03 Xerox Xfig XFree86-1.1 xinetd xkeyboard-config-Zinoviev xlock Xnet xpp XSkat "
    "xzoom YPL-1.0 YPL-1.1 Zed Zeeff Zend-2.0 Zimbra-1.3 Zimbra-1.4 Zlib zlib-acknowledgement ZPL-1.1 ZPL-2.0 ZPL-2.1";

static constexpr std::string_view exceptions =
    "389-exception Asterisk-exception Asterisk-linking-protocols-exception Autoconf-exception-2.0 Autoconf-exception-3.0 "
    "Autoconf-exception-generic Autoconf-exception-generic-3.0 Autoconf-exception-macro Bison-exception-1.24 Bison-exception-2.2 "
    "Bootloader-exception CGAL-linking-exception Classpath-exception-2.0 CLISP-exception-2.0 cryptsetup-OpenSSL-exception "
    "Digia-Qt-LGPL-exception-1.1 DigiRule-FOSS-exception eCos-exception-2.0 erlang-otp-linking-exception Fawkes-Runtime-exception FLTK-exception "
    "fmt-exception Font-exception-2.0 freertos-exception-2.0 GCC-exception-2.0 GCC-exception-2.0-note GCC-exception-3.1 Gmsh-exception "
    "GNAT-exception GNOME-examples-exception GNU-compiler-exception gnu-javamail-exception GPL-3.0-389-ds-base-exception "
    "GPL-3.0-interface-exception GPL-3.0-linking-exception GPL-3.0-linking-source-exception GPL-CC-1.0 GStreamer-exception-2005 "
    "GStreamer-exception-2008 harbour-exception i2p-gpl-java-exception Independent-modules-exception KiCad-libraries-exception "
    "LGPL-3.0-linking-exception libpri-OpenH323-exception Libtool-exception Linux-syscall-note LLGPL LLVM-exception LZMA-exception mif-exception "
    "mxml-exception Nokia-Qt-exception-1.1 OCaml-LGPL-linking-exception OCCT-exception-1.0 OpenJDK-assembly-exception-1.0 "
    "openvpn-openssl-exception PCRE2-exception polyparse-exception PS-or-PDF-font-exception-20170817 QPL-1.0-INRIA-2004-exception "
    "Qt-GPL-exception-1.0 Qt-LGPL-exception-1.1 Qwt-exception-1.0 romic-exception RRDtool-FLOSS-exception-2.0 SANE-exception SHL-2.0 SHL-2.1 "
    "stunnel-exception SWI-exception Swift-exception Texinfo-exception u-boot-exception-2.0 UBDL-exception Universal-FOSS-exception-1.0 "
    "vsftpd-openssl-exception WxWindows-exception-3.1 x11vnc-openssl-exception";

static bool listed(std::string_view list, std::string_view id) {
    for (std::size_t at = list.find(id); at != std::string_view::npos; at = list.find(id, at + 1)) {
        const std::size_t end = at + id.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    }
    return false;
}

static bool is_licence(std::string_view id) {
    if (id.ends_with('+')) id.remove_suffix(1);
    const bool own = id.starts_with("LicenseRef-") || id.starts_with("DocumentRef-");
    if (own) return all_of(id.substr(id.find('-') + 1), [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == ':'; });
    return !id.empty() && listed(licences, id);
}

// Words and parentheses of a licence expression.
static std::vector<std::string_view> tokens(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        if (text[at] != ' ' && text[at] != '(' && text[at] != ')') end = std::min(text.find_first_of(" ()", at), text.size());
        if (text[at] != ' ') out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

static bool is_licence_expression(std::string_view text) {
    int depth = 0;
    bool operand = true;   // a licence or '(' comes next
    const auto all = tokens(text);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string_view token = all[i];
        if (operand && token == "(")
            ++depth;
        else if (operand && is_licence(token))
            operand = false;
        else if (!operand && token == ")" && depth > 0)
            --depth;
        else if (!operand && (token == "AND" || token == "OR"))
            operand = true;
        else if (!operand && token == "WITH" && i + 1 < all.size() && listed(exceptions, all[i + 1]) && is_licence(all[i - 1]))
            ++i;
        else
            return false;
    }
    return !operand && depth == 0;
}

static bool is_spdx(std::string_view value, const Reporter& report) {
    return report.flag("allow_expressions") ? is_licence_expression(value) : is_licence(value);
}

struct Row {
    std::string_view type;     // of the schema; "" for every type
    std::string_view wanted;   // behind "is not"
    bool (*valid)(std::string_view value, const Reporter& report);
};

static void judge(const Row& row, const docker::Dockerfile& file, Reporter& report) {
    const LabelSchema& schema = report.settings().label_schema;
    if (schema.empty()) return;
    for (const docker::Instruction* label : file.all(docker::Keyword::label, true))
        for (const docker::Pair& pair : label->pairs) {
            const std::optional<std::string> key = file.expand(pair.key, *label);
            const auto entry = key ? schema.find(*key) : schema.end();
            if (entry == schema.end() || (!row.type.empty() && entry->second != row.type)) continue;
            const std::optional<std::string> value = file.expand(pair.value, *label);
            if (!value || (value->empty() && !row.type.empty()) || row.valid(*value, report)) continue;
            if (value->empty())
                report.at(pair.key, "label " + quote(*key) + " is empty; give it a value");
            else
                report.at(pair.value, "value " + quote(*value) + " of label " + quote(*key) + " is not " + std::string(row.wanted));
        }
}

template <const Row& row>
static void run(const docker::Dockerfile& file, Reporter& report) {
    judge(row, file, report);
}

static constexpr Row filled = {"", "filled in", is_filled};
static constexpr Row email = {"email", "an e-mail address; write name@domain", is_email};
static constexpr Row git_hash = {"hash", "a git hash of 7 or 40 lower-case hexadecimal digits", is_git_hash};
static constexpr Row rfc3339 = {"rfc3339", "an RFC 3339 time such as 2026-01-31T12:00:00Z", is_rfc3339};
static constexpr Row semver = {"semver", "a semantic version such as 1.2.3 (without v)", is_semver};
static constexpr Row spdx = {"spdx", "an SPDX licence such as Apache-2.0", is_spdx};
static constexpr Row url = {"url", "an absolute URL such as https://example.org/", is_url};

static constexpr Example empty_examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL vendor="" other=""
      ^^^^^^ label 'vendor' is empty; give it a value
)",
                                              .good = R"(
FROM alpine:3.22
LABEL vendor="acme" other=""
)",
                                              .config = "label-schema: {vendor: text}"}};

static constexpr Example email_examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL contact="Ada" contact="a b@example.org"
              ^^^^^ value 'Ada' of label 'contact' is not an e-mail address; write name@domain
                            ^^^^^^^^^^^^^^^^^ value 'a b@example.org' of label 'contact' is not an e-mail address; write name@domain
)",
                                              .good = R"(
FROM alpine:3.22
ARG CONTACT
LABEL contact="ada.l+x@mail.example.org" contact=$CONTACT
)",
                                              .config = "label-schema: {contact: email}"}};

static constexpr Example hash_examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL revision=v1.2.3
               ^^^^^^ value 'v1.2.3' of label 'revision' is not a git hash of 7 or 40 lower-case hexadecimal digits
)",
                                             .good = R"(
FROM alpine:3.22
LABEL revision=0a1b2c3
)",
                                             .config = "label-schema: {revision: hash}"}};

static constexpr Example time_examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL created="2026-02-29T12:00:00Z" created=2026-01-31
              ^^^^^^^^^^^^^^^^^^^^^^ value '2026-02-29T12:00:00Z' of label 'created' is not an RFC 3339 time such as 2026-01-31T12:00:00Z
                                             ^^^^^^^^^^ value '2026-01-31' of label 'created' is not an RFC 3339 time such as 2026-01-31T12:00:00Z
)",
                                             .good = R"(
FROM alpine:3.22
LABEL created="2024-02-29T12:00:00.5+02:00"
)",
                                             .config = "label-schema: {created: rfc3339}"}};

static constexpr Example version_examples[] = {{.bad = R"(
FROM alpine:3.22
ARG VERSION=v1.2.3
LABEL version=$VERSION version=1.02.3
              ^^^^^^^^ value 'v1.2.3' of label 'version' is not a semantic version such as 1.2.3 (without v)
                               ^^^^^^ value '1.02.3' of label 'version' is not a semantic version such as 1.2.3 (without v)
)",
                                                .good = R"(
FROM alpine:3.22
LABEL version=1.2.3-rc.1+build.05
)",
                                                .config = "label-schema: {version: semver}"}};

static constexpr Example spdx_examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL licence="Apache 2" licence="MIT OR"
              ^^^^^^^^^^ value 'Apache 2' of label 'licence' is not an SPDX licence such as Apache-2.0
                                 ^^^^^^^^ value 'MIT OR' of label 'licence' is not an SPDX licence such as Apache-2.0
)",
                                             .good = R"(
FROM alpine:3.22
LABEL licence=Apache-2.0 licence="(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND LicenseRef-acme"
)",
                                             .config = "label-schema: {licence: spdx}"},
                                            {.bad = R"(
FROM alpine:3.22
LABEL licence="MIT OR ISC"
              ^^^^^^^^^^^^ value 'MIT OR ISC' of label 'licence' is not an SPDX licence such as Apache-2.0
)",
                                             .good = R"(
FROM alpine:3.22
LABEL licence=ISC
)",
                                             .config = "{label-schema: {licence: spdx}, checks: {label-not-spdx: {allow_expressions: false}}}"}};

static constexpr Example url_examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL url=example.org
          ^^^^^^^^^^^ value 'example.org' of label 'url' is not an absolute URL such as https://example.org/
)",
                                            .good = R"(
FROM alpine:3.22
LABEL url=https://example.org/a%20b?c#d
)",
                                            .config = "label-schema: {url: url}"}};

static constexpr Option spdx_options[] = {
    {.name = "allow_expressions", .type = Option::Type::flag, .value = "true", .what = "accept expressions with AND, OR and WITH, as the OCI annotations do"}};

static constexpr std::string_view reason = "The label schema of the configuration gives this label a type because something reads it. A value of another shape "
                                           "breaks that reader, often long after the build.";

static constexpr Check table[] = {
    {
        .id = "label-empty",
        .title = "Schema label has an empty value.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = "The label schema of the configuration asks for this label. An empty value passes for present and says nothing.",
        .aliases = {"hadolint:DL3051"},
        .examples = empty_examples,
        .run = on(docker::Keyword::label, run<filled>),
    },
    {
        .id = "label-not-email",
        .title = "Label of type email is not an e-mail address.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3058"},
        .examples = email_examples,
        .run = on(docker::Keyword::label, run<email>),
    },
    {
        .id = "label-not-git-hash",
        .title = "Label of type hash is not a git hash.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3055"},
        .examples = hash_examples,
        .run = on(docker::Keyword::label, run<git_hash>),
    },
    {
        .id = "label-not-rfc3339",
        .title = "Label of type rfc3339 is not a timestamp.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3053"},
        .examples = time_examples,
        .run = on(docker::Keyword::label, run<rfc3339>),
    },
    {
        .id = "label-not-semver",
        .title = "Label of type semver is not a semantic version.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3056"},
        .examples = version_examples,
        .run = on(docker::Keyword::label, run<semver>),
    },
    {
        .id = "label-not-spdx",
        .title = "Label of type spdx is not an SPDX licence id.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3054"},
        .options = spdx_options,
        .examples = spdx_examples,
        .run = on(docker::Keyword::label, run<spdx>),
    },
    {
        .id = "label-not-url",
        .title = "Label of type url is not a URL.",
        .category = Category::compliance,
        .severity = Severity::low,
        .why = reason,
        .aliases = {"hadolint:DL3052"},
        .examples = url_examples,
        .run = on(docker::Keyword::label, run<url>),
    },
};

extern constinit const std::span<const Check> label_schema = table;

}
