// The time zone of this computer is most often the clinic's: it stands there until somebody types another.
const zone = document.getElementById("zone");
if (zone && !zone.value) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  if (here.includes("/") && !here.startsWith("Etc/")) zone.value = here;
}
