/** Every word of the interface, in English. Another language is another file of this shape. */

import type { Why } from '../../chat/refusal.ts'

/** What a text is of: its place in the form. */
type Part = { of: 'screenname' | 'value' | 'notice' }

const PARTS = { screenname: 'The name', value: 'The message', notice: 'The notice' }

const seconds = (count: number) => `${count} ${count === 1 ? 'second' : 'seconds'}`

export const en = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',

  skip: 'To the message box',
  newTab: 'Open in a new tab',
  rooms: 'Rooms',
  allRooms: 'All rooms',
  about:
    'Rooms to talk in: enter one, say something under any name, and whoever has it open reads it.',
  latelySpokenIn: 'Rooms lately spoken in',
  nothingSaidYet: 'Nothing has been said yet. Begin here:',
  enterRoom: 'Enter a room',
  enter: 'Enter',
  roomHint: 'Letters a to z, digits and hyphens. A room exists once spoken in.',

  share: 'On your site',
  shareRoom: (room: string) => `Show ${room} on your site`,
  room: 'Room',
  way: 'How',
  ways: {
    frame: 'A frame',
    script: 'A script',
    element: 'An element',
    htmx: 'htmx of your own',
    include: 'Put in by your server',
  },
  colours: 'Colours',
  asAround: 'as around it',
  light: 'light',
  dark: 'dark',
  readingAlone: 'For reading alone',
  show: 'Show',
  paste: 'Copy this:',
  leave:
    'Only sites that EMBED_ORIGINS names can frame the room or write in it; every site can read it.',

  messages: 'Messages',
  empty: 'Nothing has been said here yet. Say the first word.',
  /** Follows a number: how many have the page open. */
  here: 'here',
  older: 'Older messages',
  newer: 'Newer messages',
  newest: 'Newest messages',
  pages: 'More messages',
  missed: 'Some messages are gone: they were trimmed away before you saw them.',
  reset: 'This room was reset: what you saw of it before may be gone.',
  refresh: 'Refresh',
  liveReading: 'Live reading',
  off: 'off',
  everySeconds: (count: number) => `every ${count} seconds`,
  /** The same, where there is little room. */
  seconds: (count: number) => `${count} s`,

  // {} stands for what the page's script puts there.
  new: '{} new',
  lost: 'Not connected since {}.',
  left: 'Characters left: {}',
  edit: 'Edit or remove',

  pinned: 'Pinned notice',
  cleared: 'A moderator cleared this room: what was said before is gone.',
  readOnly: 'Read-only just now: moderators alone can speak here.',
  slowMode: (count: number) => `Slow mode: one message every ${seconds(count)}.`,

  /** What moderators alone see. */
  moderation: {
    link: 'Moderation',
    of: (room: string) => `Moderation of ${room}`,
    signIn: 'Sign in as moderator',
    key: 'Key',
    enter: 'Sign in',
    signedIn: 'You are signed in as moderator. Your mark:',
    signOut: 'Sign out',
    rules: 'The room',
    slow: 'Seconds between two messages of one person (0: no slow mode)',
    readOnly: 'Read-only: moderators alone speak',
    notice: 'Pinned notice',
    set: 'Set',
    clear: 'Clear the room',
    clearAll: 'All messages go, for everybody and for good',
    muted: 'Muted',
    nobodyMuted: 'Nobody is muted.',
    until: 'until',
    forGood: 'for good',
    unmute: 'Let speak again',
    done: 'What moderators did',
    nothingDone: 'Nothing yet.',
    older: 'Older',
    sender: 'This message and its sender',
    sweep: 'Remove all by this sender in this room',
    mute: 'Mute this sender here',
    hour: 'for an hour',
    day: 'for a day',
    deeds: {
      remove: 'removed a message',
      sweep: 'removed all messages',
      mute: 'muted',
      unmute: 'let speak again',
      clear: 'cleared the room',
      rule: 'set the room',
    },
    /** What a room is, where it is neither slow nor read-only and has no notice. */
    plain: 'nothing special',
    slowFor: (count: number) => `slow mode ${count} s`,
    isReadOnly: 'read-only',
    hasNotice: 'a notice',
  },

  name: 'Name',
  you: 'your mark',
  message: 'Message',
  say: 'Say',
  members: 'Only members of the site speak in this room; everyone can read it.',
  notSent:
    'No answer came, so this may not have been sent. It is kept: send it again, it is said only once.',
  noAnswer: 'No answer came. Please try again.',

  messageIn: (room: string) => `A message in ${room}`,
  backToRoom: 'Back to the room',
  revise: 'Correct it',
  revised: 'corrected',
  bot: 'said by a bot',
  verified: 'verified by the site',
  moderator: 'said by a moderator',
  /** Followed by the name that another one looks like. */
  resembles: 'another name that only looks like this one:',
  save: 'Save',
  cancel: 'Cancel',
  remove: 'Remove',
  untilWhen: 'You can correct or remove it for ten minutes after it was said.',
  notSentTo: (room: string) => `Not sent to ${room}`,
  failed: 'That did not work',
  triesAgain: (count: number) => `This page tries again every ${seconds(count)}.`,

  /** Why the chat declined. */
  refused: {
    nul: ({ of }: Part) => `${PARTS[of]} contains a NUL, which is not text.`,
    surrogate: ({ of }: Part) => `${PARTS[of]} contains half a character (a lone surrogate).`,
    empty: ({ of }: Part) => `${PARTS[of]} is empty.`,
    bytes: ({ of, most }: Part & { most: number }) =>
      `${PARTS[of]} takes more than ${most / 1024} KiB.`,
    long: ({ of, count, most }: Part & { count: number; most: number }) =>
      `${PARTS[of]} is ${count} characters long; ${most} is the most.`,
    key: () => 'Something else was already said with this key: it posts once.',
    often: ({ wait }: { wait: number }) =>
      `That is too much at once. Please wait ${seconds(wait)}.`,
    again: () => 'You said just that a moment ago.',
    links: ({ most }: { most: number }) => `Who is new here can bring ${most} links in a message.`,
    rooms: ({ wait }: { wait: number }) =>
      `You opened many rooms. Please wait ${seconds(wait)}, or speak in one that there is.`,
    slow: ({ wait }: { wait: number }) => `Slow mode is on here. Please wait ${seconds(wait)}.`,
    muted: () => 'A moderator has muted you in this room.',
    readonly: () => 'This room is read-only just now: moderators alone can speak.',
    reserved: () => 'This name is for moderators. Please choose another one.',
    unmuted: () => 'This author is not muted here.',
    unsigned: () => 'It is too old to tell who said it.',
    missing: () => 'There is no such message, or it is too old to be kept.',
    gone: () => 'This message was removed.',
    foreign: () => 'Only who said a message can correct or remove it.',
    late: () => 'A message can be corrected or removed for ten minutes; they are over.',
  },

  /** Why a request could not be answered. */
  problems: {
    nowhere: 'There is nothing at this address.',
    noRoom: 'There is no such room: a name is 1 to 64 of a-z, 0-9 and inner hyphens.',
    roomName: 'The name of a room is 1 to 64 of a-z, 0-9 and inner hyphens.',
    noMessage: 'There is no such message.',
    unreachable: 'The messages cannot be reached just now. Please try again in a moment.',
    unforeseen: 'Something went wrong here. It has been noted.',
    formUsed:
      'This form was sent before, with other words: look whether they are in the room. Send again to say this, too.',
    host: 'A request must name one host, in its Host header.',
    foreignSite: 'This was sent by a page of another site, so it was not done.',
    longKey: 'The idempotency key is longer than 255 characters.',
    unknownType: 'Say it as a form, as JSON or as plain text.',
    brokenForm: 'The form cannot be read: its parts do not fit its content type.',
    file: (name: string) => `${name} must be text, not a file.`,
    object: 'The JSON must be an object.',
    string: (name: string) => `${name} must be a string.`,
    notJson: 'The body is not JSON.',
    notUtf8: 'What was sent is not UTF-8.',
    compressed: 'Send it as it is, not compressed.',
    brokeOff: 'The body broke off before its end.',
    tooLarge: (kib: number) => `A request may bring ${kib} KiB at the most.`,
    notAcceptable: (types: string) => `This address answers ${types}.`,
    oneOf: 'Ask for one of after, before and since, not for several at once.',
    waitAfter: 'wait goes with after: there is nothing to wait for otherwise.',
    eventsAfter: 'Events go on from after; before and since do not go with them.',
    eventData: 'data is json or html.',
    oembedUrl: 'url is the address of a room here.',
    oembedFormat: 'This address answers JSON alone.',
    theme: 'theme is light or dark.',
    twice: (name: string, count: number) => `${name} is given ${count} times; once is enough.`,
    wholeNumber: (name: string, least: number, most: number) =>
      `${name} must be a whole number from ${least} to ${most}, in plain digits.`,
    token: 'This token is not known here, or no longer.',
    identity: 'This identity is not signed with a key that is known here.',
    identityOver: 'What says who you are has run out. Load the page anew to go on.',
    identityClaims:
      'An identity has sub, a text of 1 to 200 characters, screenname, and exp, at most 30 days ahead.',
    ownName: (name: string) => `Here you speak as ${name}: send that screenname, or none.`,
    noModeration: 'There are no moderators here: no MODERATOR_KEY is set.',
    notModerator: 'That is for moderators. Sign in as one, or send the key as bearer.',
    wrongKey: 'That is not the key.',
    muteTime: 'for is hour, day or good.',
    sure: 'Send sure=yes to clear the room.',
    truth: (name: string) => `${name} is yes or no.`,
    method: (method: string, allow: string) =>
      `${method} does nothing here; this address takes ${allow}.`,
  },
}

export type Words = typeof en

/** Each reason has its words, which take what that reason brings. */
export function refusalIn({ refused }: Words, why: Why): string {
  return (refused[why.reason] as (why: Why) => string)(why)
}
