// SPDX-License-Identifier: GPL-3.0-or-later
// The one translation unit that holds Beast's non-template code (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
