import { createApp } from "vue";
import "./desk.css";
import DeskPage from "./desk-page.vue";

createApp(DeskPage).mount("#app");
