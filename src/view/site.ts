/** Where this chatbox stands on the web: what views need to know to write an address. */

export type Asset = 'chat.css' | 'chat.js' | 'frame.js' | 'htmx.min.js' | 'icon.svg'

export type Site = {
  /** The path in front of every address, without a slash at its end: `''`, or `/chat`. */
  base: string
  /** For what stands on pages of other sites, where `base` is a whole address. */
  isElsewhere?: boolean
  pollSeconds: number
  /** The most graphemes in a message. */
  messageLength: number
  /** The address of each file a page needs. */
  assets: Record<Asset, string>
}

/** `refresh`: the seconds after which its log reads itself anew in a frame, where it does. */
export const roomAddress = (site: Site, room: string, refresh?: number) =>
  `${site.base}/rooms/${room}${refresh ? `?refresh=${refresh}` : ''}`

/** Light or dark, whatever the reader's own is. */
export type Theme = 'light' | 'dark'

/** The room for a frame on another page. */
export function embedAddress(
  site: Site,
  room: string,
  { isReadonly = false, theme }: { isReadonly?: boolean; theme?: Theme } = {},
): string {
  const query = [isReadonly && 'readonly', theme && `theme=${theme}`].filter(Boolean).join('&')
  return `${roomAddress(site, room)}/embed${query && `?${query}`}`
}

export const shareAddress = (site: Site, room: string) => `${roomAddress(site, room)}/share`

export const moderationAddress = (site: Site, room: string) =>
  `${roomAddress(site, room)}/moderation`

/** Where one signs in as moderator, to go on to the room. */
export const signInAddress = (site: Site, room?: string) =>
  `${site.base}/moderator${room ? `?room=${room}` : ''}`

/** What the room is shown as elsewhere; both addresses are whole where `site` is. */
export const oembedAddress = (site: Site, room: string) =>
  `${site.base}/oembed?url=${encodeURIComponent(roomAddress(site, room))}`

/** `suffix`: `''` where `Accept` decides, or `.html`, `.json`, `.txt`. */
export const messagesAddress = (site: Site, room: string, suffix = '') =>
  `${roomAddress(site, room)}/messages${suffix}`

export const messageAddress = (site: Site, room: string, id: number) =>
  `${messagesAddress(site, room)}/${id}`
