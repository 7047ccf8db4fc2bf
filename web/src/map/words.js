const ENGLISH = {
  keys: "Arrow keys move, plus and minus zoom, Enter opens what is in the middle, Escape closes it.",
  "Map.Title": "Map",
};
const VIETNAMESE = {
  keys: "Phím mũi tên di chuyển, cộng trừ phóng thu, Enter mở nơi ở giữa khung, Esc đóng.",
  "Map.Title": "Bản đồ",
  "NavigationControl.ZoomIn": "Phóng to",
  "NavigationControl.ZoomOut": "Thu nhỏ",
  "Popup.Close": "Đóng",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "CooperativeGesturesHandler.WindowsHelpText": "Giữ Ctrl và cuộn để phóng bản đồ",
  "CooperativeGesturesHandler.MacHelpText": "Giữ ⌘ và cuộn để phóng bản đồ",
  "CooperativeGesturesHandler.MobileHelpText": "Dùng hai ngón tay để di chuyển bản đồ",
};

export const words = (language) => (language.startsWith("en") ? ENGLISH : VIETNAMESE);
