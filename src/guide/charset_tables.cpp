// SPDX-License-Identifier: GPL-3.0-or-later
// The upper halves as the Unicode Consortium maps them. ISO tables start at A0: their bytes below
// are C1 controls. Where a byte has no character stands U+FFFD.
#include "charset_tables.hpp"

#include <array>

namespace plex_tuner::guide {
namespace {

struct Entry {
    std::string_view name; // lower case, letters and digits only
    Charset charset;
};

// clang-format off
constexpr std::u16string_view kIso88592 =
    u"\u00a0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u00adŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîď"
    u"đńňóôőö÷řůúűüýţ˙";
constexpr std::u16string_view kIso88594 =
    u"\u00a0ĄĸŖ¤ĨĻ§¨ŠĒĢŦ\u00adŽ¯°ą˛ŗ´ĩļˇ¸šēģŧŊžŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎĪĐŅŌĶÔÕÖ×ØŲÚÛÜŨŪßāáâãäåæįčéęëėíîī"
    u"đņōķôõö÷øųúûüũū˙";
constexpr std::u16string_view kIso88595 =
    u"\u00a0ЁЂЃЄЅІЇЈЉЊЋЌ\u00adЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"
    u"№ёђѓєѕіїјљњћќ§ўџ";
constexpr std::u16string_view kIso88596 =
    u"\u00a0\ufffd\ufffd\ufffd¤\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd،\u00ad\ufffd\ufffd"
    u"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\u061b\ufffd\ufffd\ufffd"
    u"\u061f\ufffd\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d"
    u"\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a\ufffd\ufffd"
    u"\ufffd\ufffd\ufffd\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b"
    u"\u064c\u064d\u064e\u064f\u0650\u0651\u0652\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    u"\ufffd\ufffd\ufffd\ufffd\ufffd";
constexpr std::u16string_view kIso88597 =
    u"\u00a0‘’£€₯¦§¨©ͺ«¬\u00ad\ufffd―°±²³΄΅Ά·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\ufffdΣΤΥΦΧΨΩΪΫάέήίΰαβγδε"
    u"ζηθικλμνξοπρςστυφχψωϊϋόύώ\ufffd";
constexpr std::u16string_view kIso88598 =
    u"\u00a0\ufffd¢£¤¥¦§¨©×«¬\u00ad®¯°±²³´µ¶·¸¹÷»¼½¾\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    u"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    u"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd‗\u05d0\u05d1\u05d2\u05d3"
    u"\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2"
    u"\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffd\ufffd\u200e\u200f\ufffd";
constexpr std::u16string_view kIso885913 =
    u"\u00a0”¢£¤„¦§Ø©Ŗ«¬\u00ad®Æ°±²³“µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļ"
    u"šńņóōõö÷ųłśūüżž’";
constexpr std::u16string_view kIso885915 =
    u"\u00a0¡¢£€¥Š§š©ª«¬\u00ad®¯°±²³Žµ¶·ž¹º»ŒœŸ¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîï"
    u"ðñòóôõö÷øùúûüýþÿ";
constexpr std::u16string_view kIso885916 =
    u"\u00a0ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîï"
    u"đńòóôőöśűùúûüęțÿ";
constexpr std::u16string_view kWindows1250 =
    u"€\ufffd‚\ufffd„…†‡\ufffd‰Š‹ŚŤŽŹ\ufffd‘’“”•–—\ufffd™š›śťžź\u00a0ˇ˘Ł¤Ą¦§¨©Ş«¬\u00ad®Ż°±˛ł´µ¶"
    u"·¸ąş»Ľ˝ľżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";
constexpr std::u16string_view kWindows1251 =
    u"ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\ufffd™љ›њќћџ\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕїАБВГДЕЖЗИЙК"
    u"ЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя";
constexpr std::u16string_view kWindows1252 =
    u"€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶"
    u"·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
constexpr std::u16string_view kWindows1253 =
    u"€\ufffd‚ƒ„…†‡\ufffd‰\ufffd‹\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—\ufffd™\ufffd›\ufffd\ufffd"
    u"\ufffd\ufffd\u00a0΅Ά£¤¥¦§¨©\ufffd«¬\u00ad®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\ufffdΣΤΥΦΧΨΩ"
    u"ΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\ufffd";
constexpr std::u16string_view kWindows1254 =
    u"€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffd\ufffd\ufffd\ufffd‘’“”•–—˜™š›œ\ufffd\ufffdŸ\u00a0¡¢£¤¥¦§¨©ª«¬"
    u"\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ";
constexpr std::u16string_view kWindows1255 =
    u"€\ufffd‚ƒ„…†‡ˆ‰\ufffd‹\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—˜™\ufffd›\ufffd\ufffd\ufffd"
    u"\ufffd\u00a0¡¢£₪¥¦§¨©×«¬\u00ad®¯°±²³´µ¶·¸¹÷»¼½¾¿\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6"
    u"\u05b7\u05b8\u05b9\ufffd\u05bb\u05bc\u05bd\u05be\u05bf\u05c0\u05c1\u05c2\u05c3\u05f0\u05f1"
    u"\u05f2\u05f3\u05f4\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\u05d0\u05d1\u05d2\u05d3\u05d4"
    u"\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3"
    u"\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffd\ufffd\u200e\u200f\ufffd";
constexpr std::u16string_view kWindows1256 =
    u"€\u067e‚ƒ„…†‡ˆ‰\u0679‹Œ\u0686\u0698\u0688\u06af‘’“”•–—\u06a9™\u0691›œ\u200c\u200d\u06ba"
    u"\u00a0،¢£¤¥¦§¨©\u06be«¬\u00ad®¯°±²³´µ¶·¸¹\u061b»¼½¾\u061f\u06c1\u0621\u0622\u0623\u0624"
    u"\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633"
    u"\u0634\u0635\u0636×\u0637\u0638\u0639\u063a\u0640\u0641\u0642\u0643à\u0644â\u0645\u0646"
    u"\u0647\u0648çèéêë\u0649\u064aîï\u064b\u064c\u064d\u064eô\u064f\u0650÷\u0651ù\u0652ûü\u200e"
    u"\u200f\u06d2";
constexpr std::u16string_view kWindows1257 =
    u"€\ufffd‚\ufffd„…†‡\ufffd‰\ufffd‹\ufffd¨ˇ¸\ufffd‘’“”•–—\ufffd™\ufffd›\ufffd¯˛\ufffd\u00a0"
    u"\ufffd¢£¤\ufffd¦§Ø©Ŗ«¬\u00ad®Æ°±²³´µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźė"
    u"ģķīļšńņóōõö÷ųłśūüżž˙";
constexpr std::u16string_view kWindows874 =
    u"€\ufffd\ufffd\ufffd\ufffd…\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
    u"\ufffd‘’“”•–—\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\u00a0กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถท"
    u"ธนบปผฝพฟภมยรฤลฦวศษสหฬอฮฯะ\u0e31าำ\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\ufffd\ufffd"
    u"\ufffd\ufffd฿เแโใไๅๆ\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e๏๐๑๒๓๔๕๖๗๘๙๚๛\ufffd"
    u"\ufffd\ufffd\ufffd";
constexpr std::u16string_view kKoi8R =
    u"─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u00a0⌡°²·÷═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©юабцдефгхийклмнопярст"
    u"ужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ";
constexpr std::u16string_view kKoi8U =
    u"─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u00a0⌡°²·÷═║╒ёє╔ії╗╘╙╚╛ґ╝╞╟╠╡ЁЄ╣ІЇ╦╧╨╩╪Ґ╬©юабцдефгхийклмнопярст"
    u"ужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ";
constexpr std::u16string_view kIso88593 =
    u"\u00a0Ħ˘£¤\ufffdĤ§¨İŞĞĴ\u00ad\ufffdŻ°ħ²³´µĥ·¸ışğĵ½\ufffdżÀÁÂ\ufffdÄĊĈÇÈÉÊËÌÍÎÏ\ufffdÑÒÓÔĠÖ×Ĝ"
    u"ÙÚÛÜŬŜßàáâ\ufffdäċĉçèéêëìíîï\ufffdñòóôġö÷ĝùúûüŭŝ˙";
constexpr std::u16string_view kIso885910 =
    u"\u00a0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00adŪŊ°ąēģīĩķ·ļđšŧž―ūŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņ"
    u"ōóôõöũøųúûüýþĸ";
constexpr std::u16string_view kIso885914 =
    u"\u00a0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00ad®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñ"
    u"òóôõöṫøùúûüýŷÿ";
constexpr std::u16string_view kWindows1258 =
    u"€\ufffd‚ƒ„…†‡ˆ‰\ufffd‹Œ\ufffd\ufffd\ufffd\ufffd‘’“”•–—˜™\ufffd›œ\ufffd\ufffdŸ\u00a0¡¢£¤¥¦§¨©"
    u"ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂĂÄÅÆÇÈÉÊË\u0300ÍÎÏĐÑ\u0309ÓÔƠÖ×ØÙÚÛÜƯ\u0303ßàáâăäåæçèéêë\u0301"
    u"íîïđñ\u0323óôơö÷øùúûüư₫ÿ";
constexpr std::u16string_view kIbm866 =
    u"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█"
    u"▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00a0";
constexpr std::u16string_view kIbm437 =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█"
    u"▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
constexpr std::u16string_view kIbm850 =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█"
    u"▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0";
constexpr std::u16string_view kIbm852 =
    u"ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█"
    u"▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0";
constexpr std::u16string_view kMacintosh =
    u"ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷"
    u"◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

constexpr std::array kEntries{
    Entry{"iso88592", {0xA0, kIso88592}},
    Entry{"latin2", {0xA0, kIso88592}},
    Entry{"l2", {0xA0, kIso88592}},
    Entry{"iso88594", {0xA0, kIso88594}},
    Entry{"latin4", {0xA0, kIso88594}},
    Entry{"iso88595", {0xA0, kIso88595}},
    Entry{"cyrillic", {0xA0, kIso88595}},
    Entry{"iso88596", {0xA0, kIso88596}},
    Entry{"arabic", {0xA0, kIso88596}},
    Entry{"iso88597", {0xA0, kIso88597}},
    Entry{"greek", {0xA0, kIso88597}},
    Entry{"iso88598", {0xA0, kIso88598}},
    Entry{"iso88598i", {0xA0, kIso88598}},
    Entry{"hebrew", {0xA0, kIso88598}},
    Entry{"iso885913", {0xA0, kIso885913}},
    Entry{"iso885915", {0xA0, kIso885915}},
    Entry{"latin9", {0xA0, kIso885915}},
    Entry{"iso885916", {0xA0, kIso885916}},
    Entry{"latin10", {0xA0, kIso885916}},
    Entry{"windows1250", {0x80, kWindows1250}},
    Entry{"cp1250", {0x80, kWindows1250}},
    Entry{"windows1251", {0x80, kWindows1251}},
    Entry{"cp1251", {0x80, kWindows1251}},
    Entry{"windows1252", {0x80, kWindows1252}},
    Entry{"cp1252", {0x80, kWindows1252}},
    Entry{"iso88591", {0x80, kWindows1252}},
    Entry{"latin1", {0x80, kWindows1252}},
    Entry{"l1", {0x80, kWindows1252}},
    Entry{"iso8859", {0x80, kWindows1252}},
    Entry{"windows1253", {0x80, kWindows1253}},
    Entry{"cp1253", {0x80, kWindows1253}},
    Entry{"windows1254", {0x80, kWindows1254}},
    Entry{"cp1254", {0x80, kWindows1254}},
    Entry{"iso88599", {0x80, kWindows1254}},
    Entry{"latin5", {0x80, kWindows1254}},
    Entry{"windows1255", {0x80, kWindows1255}},
    Entry{"cp1255", {0x80, kWindows1255}},
    Entry{"windows1256", {0x80, kWindows1256}},
    Entry{"cp1256", {0x80, kWindows1256}},
    Entry{"windows1257", {0x80, kWindows1257}},
    Entry{"cp1257", {0x80, kWindows1257}},
    Entry{"windows874", {0x80, kWindows874}},
    Entry{"tis620", {0x80, kWindows874}},
    Entry{"iso885911", {0x80, kWindows874}},
    Entry{"koi8r", {0x80, kKoi8R}},
    Entry{"koi8", {0x80, kKoi8R}},
    Entry{"koi8u", {0x80, kKoi8U}},
    Entry{"iso88593", {0xA0, kIso88593}},
    Entry{"latin3", {0xA0, kIso88593}},
    Entry{"l3", {0xA0, kIso88593}},
    Entry{"iso885910", {0xA0, kIso885910}},
    Entry{"latin6", {0xA0, kIso885910}},
    Entry{"l6", {0xA0, kIso885910}},
    Entry{"iso885914", {0xA0, kIso885914}},
    Entry{"latin8", {0xA0, kIso885914}},
    Entry{"windows1258", {0x80, kWindows1258}},
    Entry{"cp1258", {0x80, kWindows1258}},
    Entry{"ibm866", {0x80, kIbm866}},
    Entry{"cp866", {0x80, kIbm866}},
    Entry{"866", {0x80, kIbm866}},
    Entry{"dos866", {0x80, kIbm866}},
    Entry{"ibm437", {0x80, kIbm437}},
    Entry{"cp437", {0x80, kIbm437}},
    Entry{"437", {0x80, kIbm437}},
    Entry{"ibm850", {0x80, kIbm850}},
    Entry{"cp850", {0x80, kIbm850}},
    Entry{"850", {0x80, kIbm850}},
    Entry{"ibm852", {0x80, kIbm852}},
    Entry{"cp852", {0x80, kIbm852}},
    Entry{"852", {0x80, kIbm852}},
    Entry{"macintosh", {0x80, kMacintosh}},
    Entry{"mac", {0x80, kMacintosh}},
    Entry{"macroman", {0x80, kMacintosh}},
    Entry{"xmacroman", {0x80, kMacintosh}},
};
// clang-format on

} // namespace

const Charset* find_charset(std::string_view normalised_name) noexcept {
    for (const Entry& entry : kEntries) {
        if (entry.name == normalised_name) {
            return &entry.charset;
        }
    }
    return nullptr;
}

} // namespace plex_tuner::guide
