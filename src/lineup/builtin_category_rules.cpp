// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/lineup/category_rules.hpp>

namespace plex_tuner::lineup {

std::string_view builtin_category_rules() noexcept {
    return R"(# Which channels the names of PLEX_TUNER_LINEUP_CATEGORY mean.
#
# A channel has one region and one type; within a step the first row that matches decides.
#
#   region NAME group LIST     the part of its group before "|" or ":" (or the whole group where
#                              there is neither), else the part of its name before one
#   region NAME tvg-id LIST    else the last part of its guide id
#   region NAME words LIST     else words of its group, name and guide id
#   type NAME words LIST       words of its group, name and guide id
#   category NAME region LIST | type LIST | region LIST type LIST
#                              a name to choose channels by; where both stand, both must hold
#
# LISTs are separated by commas; case does not matter. Words are letters and digits side by side
# (and + and &), anything else parts them. TSN is that word, ESPN* one that begins so, *SPORTS* any
# word with it. Rows of your own file (PLEX_TUNER_LINEUP_RULES_FILE) are looked at before these.

region ca      group   CA, CAN, CANADA
region us      group   US, USA, UNITED STATES
region uk      group   UK, GB, UNITED KINGDOM
region ukie    group   IE, IRELAND
region nordics group   SE, NO, DK, FI, SWEDEN, NORWAY, DENMARK, FINLAND
region europe  group   FR, DE, NL, BE, CH, AT, ES, PT, FRANCE, GERMANY, NETHERLANDS, BELGIUM
region europe  group   SWITZERLAND, AUSTRIA, SPAIN, PORTUGAL
region eusouth group   IT, GR, CY, MT, ITALY, GREECE, CYPRUS, MALTA
region eueast  group   PL, RU, SR, HU, RO, CZ, BG, AL, HR, TR, MK, BA, SI, UA, POLAND, RUSSIA, SERBIA
region eueast  group   HUNGARY, ROMANIA, CZECHIA, CZECH REPUBLIC, BULGARIA, ALBANIA, CROATIA, TURKEY
region eueast  group   MACEDONIA, BOSNIA, SLOVENIA, UKRAINE
region latam   group   AR, BR, MX, CO, CL, PE, CU, ARGENTINA, BRAZIL, MEXICO, COLOMBIA, CHILE, PERU
region latam   group   CUBA, LATINO, LATAM
region mena    group   AE, SA, EG, QA, KW, BH, OM, JO, LB, IQ, SY, YE, MA, DZ, TN, LY, IR, IL
region mena    group   ARAB, ARABIC, UAE, KSA, EGYPT, QATAR, KUWAIT, LEBANON, IRAQ, MOROCCO, ALGERIA
region mena    group   TUNISIA, IRAN, ISRAEL

region ca      tvg-id  CA
region us      tvg-id  US
region uk      tvg-id  UK, GB

region ca      words   CBC, CTV, CITY TV, CITYTV, OMNI, NOOVO, TVA
region us      words   NBC, CBS, ABC, FOX, PBS, CW
region uk      words   BBC, ITV, CHANNEL 4, SKY ONE, CHANNEL 5

type sports    words   SPORT*, *SPORTS*, ESPN*, TSN, DAZN, BEIN SPORT*, NFL, NBA, NHL, MLB, UFC, WWE
type sports    words   F1, FORMULA 1, MOTOGP, PREMIER LEAGUE, BUNDESLIGA, LALIGA, SERIE A
type sports    words   CHAMPIONS LEAGUE, SPORTSNET, SPORTSCENTRE
type news      words   NEWS*, BUSINESS, WEATHER NETWORK, CNN, FOX NEWS, MSNBC, CNBC, BLOOMBERG
type news      words   AL JAZEERA, FRANCE 24, SKY NEWS, CP24, LCN, BNN
type movies    words   MOVIE*, CINEMA*, FILM*, HBO, SHOWTIME, STARZ, CINEMAX, EPIX, MGM+*, SKY CINEMA*
type kids      words   KIDS*, CARTOON*, ANIME*, DISNEY, DISNEY JR*, DISNEY XD*, NICKELODEON*, NICK JR*
type kids      words   PBS KIDS*, TREEHOUSE, FAMILY CHANNEL, TELETOON*, BABY*, BAMBINI*
type music     words   *MUSIC*, RADIO, STINGRAY, VEVO, MTV, MUCHMUSIC, *KARAOKE*, *JUKEBOX*, MEZZO
type music     words   CLUBBING

category canada       region ca
category ca           region ca
category us           region us
category na           region ca, us
category sports       type sports
category movies       type movies
category news         type news
category kids         type kids
category music        type music
category general      type general
category uk           region uk, ukie
category ukie         region uk, ukie
category europe       region europe, nordics, eusouth, eueast, uk, ukie
category nordics      region nordics
category eusouth      region eusouth
category eueast       region eueast
category latam        region latam
category mena         region mena
category intl         region intl
category canadamovies region ca type movies
category usmovies     region us type movies
)";
}

} // namespace plex_tuner::lineup
