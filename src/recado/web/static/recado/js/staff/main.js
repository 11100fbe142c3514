// What every staff screen has: live parts, keys, commands, dialogs, notices. Pages work without it, as plain forms.
import "./lock.js";
import "./drafts.js";
import "./live.js";
import "./keys.js";
import "./palette.js";
import "./said.js";
import "./dialogs.js";
import "./menus.js";
import "./search.js";
