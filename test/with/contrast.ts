/** How well names and marks are read, in each of their colours, on each paper that they may stand on. */
import type { Page } from 'playwright-core'

/** The colours that marks have in the stylesheet. */
export const HUES = 12

export type Contrast = { color: string; contrast: number }

/**
 * WCAG's contrast of a part of the first message, `.user` or `.mark`, in every colour, on the page and where it names the
 * reader; drawn, so that any notation of a colour comes out as sRGB.
 */
export const contrastsOf = (tab: Page, part: string): Promise<Contrast[]> =>
  tab.evaluate(
    ({ part, hues }) => {
      const find = (selector: string) => document.querySelector(selector) as HTMLElement
      const [item, mark, shown] = [find('.chat'), find('.chat .mark'), find(`.chat ${part}`)]
      const brush = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
      const luminance = (color: string) => {
        if (!brush) throw new Error('nothing to paint with')
        brush.fillStyle = color
        brush.fillRect(0, 0, 1, 1)
        const [r = 0, g = 0, b = 0] = [...brush.getImageData(0, 0, 1, 1).data].map((byte) => {
          const share = byte / 255
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const contrasts = []
      for (const mentions of [false, true]) {
        item.toggleAttribute('data-mentions', mentions)
        const paper = getComputedStyle(mentions ? item : document.body).backgroundColor
        for (let hue = 0; hue < hues; hue++) {
          mark.dataset.hue = String(hue)
          const { color } = getComputedStyle(shown)
          const [dark = 0, light = 0] = [color, paper].map(luminance).sort((a, b) => a - b)
          contrasts.push({ color, contrast: (light + 0.05) / (dark + 0.05) })
        }
      }
      return contrasts
    },
    { part, hues: HUES },
  )
