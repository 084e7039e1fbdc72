import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a page lacks for somebody who reads it; evaluated in the page. */
const faultsOfPage = `(() => {
  const faults = []
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) faults.push('scrolls sideways: ' + root.scrollWidth + ' in ' + root.clientWidth)
  if (root.lang === '') faults.push('no language')
  if (document.title.trim() === '') faults.push('no title')
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1')
  for (const input of document.querySelectorAll('input:not([type=hidden])')) {
    if (input.labels.length === 0 || input.labels[0].innerText.trim() === '') faults.push('no label: ' + input.name)
  }
  for (const target of document.querySelectorAll('button, summary, .field input, .scopes label')) {
    const { width, height } = target.getBoundingClientRect()
    if (width < 44 || height < 40) faults.push('too small to touch: ' + target.outerHTML.slice(0, 60) + ' ' + width + 'x' + height)
  }
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (color) => {
    const [r, g, b] = channels(color).slice(0, 3).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor
      if ((channels(color)[3] ?? 1) === 1) return color
    }
    return 'rgb(255, 255, 255)'
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { textContent, parentElement } = texts.currentNode
    if (textContent.trim() === '' || !parentElement.checkVisibility()) continue
    const [light, dark] = [luminance(getComputedStyle(parentElement).color), luminance(behind(parentElement))].sort((a, b) => b - a)
    const contrast = (light + 0.05) / (dark + 0.05)
    if (contrast < 4.5) faults.push('contrast ' + contrast.toFixed(2) + ': ' + textContent.trim().slice(0, 40))
  }
  return faults
})()`

/** The element with the focus, and whether it, or the label around it, shows that. */
const focusOfPage = `(() => {
  const element = document.activeElement
  const shown = [element, element.closest('label')].some((at) => {
    const { outlineStyle, outlineWidth } = at === null ? {} : getComputedStyle(at)
    return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2
  })
  const name = element.innerText?.trim() || element.value || element.name
  return { name: element.type === 'checkbox' || element.tagName !== 'INPUT' ? name : element.name, shown }
})()`

/**
 * Expects of a page: no scrolling sideways at this width nor at 320 pixels (WCAG 2.2, 1.4.10), a language, a title, one
 * heading, a label for every field, targets that a finger hits, and a contrast of 4.5 (1.4.3).
 */
export async function expectReadable(page: Page): Promise<void> {
  expect(await page.evaluate(faultsOfPage)).to.deep.equal([])
  const size = page.viewportSize()
  if (size === null) return
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate(faultsOfPage), 'at a width of 320').to.deep.equal([])
  await page.setViewportSize(size)
}

/** Presses Tab and expects that one sees where the focus went. Returns what has it: a field's name, or a text. */
export async function pressTab(page: Page): Promise<string> {
  await page.keyboard.press('Tab')
  return focused(page)
}

/** What has the focus; expects that one sees it. */
export async function focused(page: Page): Promise<string> {
  const { name, shown } = await page.evaluate<{ readonly name: string; readonly shown: boolean }>(focusOfPage)
  expect(shown, `one sees the focus on ${name}`).to.equal(true)
  return name
}

/** With TOOLGATE_SCREENSHOTS set: keeps what a page looks like in `toolgate-screenshots` below the temporary folder. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (process.env['TOOLGATE_SCREENSHOTS'] === undefined) return
  const folder = join(tmpdir(), 'toolgate-screenshots')
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
