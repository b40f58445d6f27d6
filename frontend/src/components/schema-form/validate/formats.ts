/** The regular expressions of the text formats, equal to those in foundation/json_schema/formats.py. */
const YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)";
const LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)";
const DATE =
  `(?:${YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)` +
  `|02-(?:0[1-9]|1[0-9]|2[0-8]))|${LEAP_YEAR}-02-29)`;
const HOUR_AND_MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
const SECOND = ":[0-5][0-9](?:\\.[0-9]{1,9})?";
const ZONE = `(?:Z|[+-]${HOUR_AND_MINUTE})`;
const N = "[0-9]{1,9}";
const DAYS = `(?:${N}Y(?:${N}M)?(?:${N}D)?|${N}M(?:${N}D)?|${N}D)`;
const HOURS = `T(?:${N}H(?:${N}M)?(?:${N}S)?|${N}M(?:${N}S)?|${N}S)`;
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const NAME = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const HOST = `(?:${NAME}(?:\\.${NAME})*|\\[[0-9A-Fa-f:.]{2,45}\\])`;
const URL_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})";

export const FORMATS: Readonly<Record<string, string>> = {
  date: `^${DATE}$`,
  time: `^${HOUR_AND_MINUTE}(?:${SECOND})?${ZONE}?$`,
  "date-time": `^${DATE}T${HOUR_AND_MINUTE}${SECOND}${ZONE}$`,
  duration: `^P(?:${N}W|${DAYS}(?:${HOURS})?|${HOURS})$`,
  email: `^${ATOM}(?:\\.${ATOM})*@${NAME}(?:\\.${NAME})*$`,
  uri:
    `^[Hh][Tt][Tt][Pp][Ss]?://(?:[A-Za-z0-9._~!$&'()*+,;=:%-]+@)?${HOST}(?::[0-9]{1,5})?` +
    `(?:[/?]${URL_CHARACTER}*)?(?:#${URL_CHARACTER}*)?$`,
};
