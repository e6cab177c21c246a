/* SPDX-License-Identifier: Apache-2.0 */
/* places.h - where an instruction or a cache marker can be put.
 *
 * P(name, messages, end of the first system message, end of the last
 * message, last text of the last user message).
 */
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"
#define SYSTEM(content) "{\"role\":\"system\",\"content\":" content "}"
#define OTHER(content) "{\"role\":\"assistant\",\"content\":" content "}"
#define WORDS(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define IMAGE "{\"type\":\"image_url\"}"

P("a string", USER("\"a\""), "none", "string \"a\"", "string \"a\"")
P("an empty string", USER("\"\""), "none", "none", "string \"\"")
P("null", USER("null"), "none", "none", "none")
P("a number", USER("7"), "none", "none", "none")
P("an object", USER("{\"a\":1}"), "none", "none", "none")
P("no content", "{\"role\":\"user\"}", "none", "none", "none")
P("a text part", USER("[" WORDS("a") "]"), "none", "part " WORDS("a"), "string \"a\"")
P("text parts", USER("[" WORDS("a") " , " WORDS("b") "]"), "none", "part " WORDS("b"),
  "string \"b\"")
P("text, then an image", USER("[" WORDS("a") "," IMAGE "]"), "none", "part " IMAGE,
  "string \"a\"")
P("an image only", USER("[" IMAGE "]"), "none", "part " IMAGE, "part " IMAGE)
P("no parts", USER("[]"), "none", "array []", "array []")
P("blanks for parts", USER("[ ]"), "none", "array [ ]", "array [ ]")
P("an empty part", USER("[{}]"), "none", "part {}", "part {}")
P("parts that are none", USER("[\"a\",7,[]]"), "none", "none", "none")
P("a part before what is none", USER("[" IMAGE ",\"a\"]"), "none", "part " IMAGE,
  "part " IMAGE)
P("a text that is none", USER("[{\"type\":\"text\",\"text\":7}]"), "none",
  "part {\"type\":\"text\",\"text\":7}", "part {\"type\":\"text\",\"text\":7}")
P("content before role", "{\"content\":\"a\",\"role\":\"user\"}", "none", "string \"a\"",
  "string \"a\"")
P("an escaped role", "{\"role\":\"us\\u0065r\",\"content\":\"a\"}", "none", "string \"a\"",
  "string \"a\"")
P("a role that is none", "{\"role\":[\"user\"],\"content\":\"a\"}", "none", "string \"a\"",
  "none")
P("no role", USER("\"a\"") ",{\"content\":\"b\"}", "none", "string \"b\"", "string \"a\"")
P("no role first", "{\"content\":\"b\"}", "none", "string \"b\"", "none")
P("system first", SYSTEM("\"s\"") "," USER("\"a\""), "string \"s\"", "string \"a\"",
  "string \"a\"")
P("developer", "{\"role\":\"developer\",\"content\":\"s\"}," USER("\"a\""), "string \"s\"",
  "string \"a\"", "string \"a\"")
P("two systems", SYSTEM("\"s\"") "," SYSTEM("\"t\"") "," USER("\"a\""), "string \"s\"",
  "string \"a\"", "string \"a\"")
P("an empty system", SYSTEM("\"\"") "," SYSTEM("\"t\"") "," USER("\"a\""), "string \"t\"",
  "string \"a\"", "string \"a\"")
P("system in parts", SYSTEM("[" WORDS("s") "," WORDS("t") "]"), "part " WORDS("t"),
  "part " WORDS("t"), "none")
P("system in the middle", USER("\"a\"") "," SYSTEM("\"s\""), "string \"s\"", "string \"s\"",
  "string \"a\"")
P("an answer last", USER("\"a\"") "," OTHER("\"b\""), "none", "string \"b\"", "string \"a\"")
P("an answer without content last", USER("\"a\"") "," OTHER("null"), "none", "none",
  "string \"a\"")
P("two users", USER("\"a\"") "," OTHER("\"b\"") "," USER("[" WORDS("c") "]"), "none",
  "part " WORDS("c"), "string \"c\"")
P("a user without text last", USER("\"a\"") "," USER("[" IMAGE "]"), "none",
  "part " IMAGE, "part " IMAGE)
P("text that is not content", "{\"role\":\"user\",\"content\":[{\"x\":{\"text\":\"a\"}}],"
  "\"text\":\"b\"}", "none", "part {\"x\":{\"text\":\"a\"}}", "part {\"x\":{\"text\":\"a\"}}")
