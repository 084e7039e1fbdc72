/** Whether a URL's host is this machine: `localhost`, 127.0.0.0/8 or ::1. Other names that resolve there do not count. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)
}
