/* The sniffer: files as people export them, the map that must come out, and what must be asked. */
#include "ingest/sniff.h"

#include "ingest_tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *table, *text;
    const char *map;      /* lines that must be in the map; NULL: an error */
    const char *question; /* in the error */
    const char *time_format, *device;
    const char *hour; /* NULL or "": not told */
} cases[] = {
    {"plain.csv", "readings",
     "timestamp,meter_id,parameter,value,quality\n"
     "2026-01-01T00:00Z,m1,energy,1.5,ok\n2026-01-01T00:00Z,m2,energy,NA,ok\n",
     "missing: [\"\", NA]\nfields:\n  time: {column: timestamp, format: iso}\n"
     "  device: {column: meter_id}\n  quality: {column: quality}\n"
     "  channel: {column: parameter}\n  value: {column: value}\n",
     NULL, "", "", ""},
    {"中文.csv", "readings",
     "\xEF\xBB\xBF抄表日期,表号,读数(kWh)\r\n2026/1/5,12345678,100.5\r\n2026/1/6,12345678,101\r\n",
     "fields:\n  time: {column: \"抄表日期\", format: \"%Y/%m/%d\"}\n  device: {column: \"表号\"}\n"
     "  channel: {constant: value}\n  value: {column: \"读数(kWh)\"}\nregistry: {unit: kWh}\n",
     NULL, "", "", ""},
    {"german.csv", "readings",
     "Export vom 1. Mai\n\nDatum;Uhrzeit;Sensor;Value [°C];Value2\n"
     "13.02.2026;00:15;s1;-1,5;1.234,5\n13.02.2026;00:30;s1;2;1.000,0\n",
     "format: {separator: \";\", header: yes, skip: 2, decimal: \",\", thousands: \".\"}\n"
     "missing: [\"\"]\nfields:\n"
     "  time: {columns: [Datum, Uhrzeit], format: \"%d.%m.%Y %H:%M\"}\n"
     "  device: {column: Sensor}\n",
     NULL, "", "", ""},
    {"b7.csv", "readings", "t;a [L/h];b\n2026-01-01 00:00;1;2\n2026-01-01 01:00;;3\n",
     "file_name: \"{device}.csv\"\nfields:\n  time: {column: t, format: iso}\n"
     "  device: {constant: \"{device}\"}\nwide:\n  into: value\n  columns:\n"
     "  - {column: \"a [L/h]\", channel: a, unit: L/h}\n  - {column: b, channel: b}\n",
     NULL, "", "", ""},
    {"noheader", "readings", "1767225600,m1,5\n1767225600,m2,6\n",
     "fields:\n  time: {number: 1, format: epoch_s}\n  device: {number: 2}\n"
     "  channel: {constant: value}\n  value: {number: 3}\n",
     NULL, "", "", ""},
    {"noheader.txt", "readings", "1767225600000|m1|flow|5\n1767225600000|m2|flow|6\n",
     "format: {separator: \"|\", header: no, skip: 0, decimal: \".\"}\nmissing: [\"\"]\nfields:\n"
     "  time: {number: 1, format: epoch_ms}\n  device: {number: 2}\n  channel: {number: 3}\n"
     "  value: {number: 4}\n",
     NULL, "", "", ""},
    {"us.csv", "readings", "date,meter,value\n1/2/2026,m1,5\n1/13/2026,m1,6\n",
     "  time: {column: date, format: \"%m/%d/%Y\"}\n", NULL, "", "", ""},
    {"uk.csv", "readings", "date,meter,value\n13/2/2026,m1,5\n1/3/2026,m1,6\n",
     "  time: {column: date, format: \"%d/%m/%Y\"}\n", NULL, "", "", ""},
    {"t1.csv", "readings",
     "date,meter,value\n2026年10月1日 下午2:05,m1,1\n2026年10月2日 上午9:30,m1,2\n",
     "  time: {column: date, format: \"%Y年%m月%d日 %p%I:%M\"}\n", NULL, "", "", ""},
    {"t2.csv", "readings",
     "date,meter,value\n2026年10月1日14时05分07秒,m1,1\n2026年10月2日9时30分00秒,m1,2\n",
     "  time: {column: date, format: \"%Y年%m月%d日%H时%M分%S秒\"}\n", NULL, "", "", ""},
    {"t3.csv", "readings",
     "date,meter,value\n10/25/2026 01:02:03 PM,m1,1\n10/26/2026 12:00:00 AM,m1,2\n",
     "  time: {column: date, format: \"%m/%d/%Y %I:%M:%S %p\"}\n", NULL, "", "", ""},
    {"t4.csv", "readings", "date,meter,value\n25/10/2026 23:59:59,m1,1\n01/11/2026 00:00:00,m1,2\n",
     "  time: {column: date, format: \"%d/%m/%Y %H:%M:%S\"}\n", NULL, "", "", ""},
    {"t5.csv", "readings", "date,meter,value\n20261001,m1,1\n20261002,m1,2\n",
     "  time: {column: date, format: \"%Y%m%d\"}\n", NULL, "", "", ""},
    {"t6.csv", "readings", "date,meter,value\n20261001123000,m1,1\n20261002240000,m1,2\n",
     "  time: {column: date, format: \"%Y%m%d%H%M%S\"}\n", NULL, "", "", ""},
    {"t7.csv", "readings", "date,meter,value\n2026/10/1 24:00,m1,1\n2026/10/2 8:05,m1,2\n",
     "  time: {column: date, format: \"%Y/%m/%d %H:%M\"}\n", NULL, "", "", ""},
    {"t8.csv", "readings",
     "date,meter,value\n2026-10-01T08:00:00+08:00,m1,1\n2026-10-01T08:15:00+08:00,m1,2\n",
     "  time: {column: date, format: iso}\n", NULL, "", "", ""},
    {"t9.csv", "readings", "date,meter,value\n２０２６／１０／１,m1,1\n２０２６／１０／２,m1,2\n",
     "  time: {column: date, format: \"%Y/%m/%d\"}\n", NULL, "", "", ""},
    {"t10.csv", "readings", "date,meter,value\n26/10/01,m1,1\n26/10/02,m1,2\n", NULL,
     "is '26/10/01' a year first, or last?", "", "", ""},
    {"t11.csv", "readings", "date,meter,value\n26/10/31,m1,1\n26/10/02,m1,2\n", NULL,
     "is '26/10/31' a year first, or last?", "", "", ""},
    {"t14.csv", "readings",
     "date,meter,value\n2026年10月1日 星期四,m1,1\n2026年10月2日 星期五,m1,2\n",
     "  time: {column: date, format: \"%Y年%m月%d日 %a\"}\n", NULL, "", "", ""},
    {"t12.csv", "readings", "date,meter,value\n2026-10-1 8:05,m1,1\n2026-10-12 18:05,m1,2\n",
     "  time: {column: date, format: \"%Y-%m-%d %H:%M\"}\n", NULL, "", "", ""},
    {"t13.csv", "readings",
     "日期,时间,meter,value\n2026/10/1,下午2:05,m1,1\n2026/10/2,上午9:00,m1,2\n",
     "  time: {columns: [\"日期\", \"时间\"], format: \"%Y/%m/%d %p%I:%M\"}\n", NULL, "", "", ""},
    {"either.csv", "readings", "date,meter,value\n01/02/2026,m1,5\n02/02/2026,m1,6\n", NULL,
     "in column date, is '01/02/2026' day and month, or month and day?", "", "", ""},
    {"either.csv", "readings", "date,meter,value\n01/02/2026,m1,5\n02/02/2026,m1,6\n",
     "  time: {column: date, format: \"%d/%m/%Y\"}\n", NULL, "%d/%m/%Y", "", ""},
    {"thousands.csv", "readings", "time;meter;value\n2026-01-01;m1;1,234\n2026-01-02;m1;5,678\n",
     NULL, "in '1,234', is the comma a decimal comma or between thousands?", "", "", ""},
    {"slips.csv", "readings",
     "date;meter;value\n13/02/2026;m1;1,5\n14/02/2026;m1;2\nx;m1;3\n15/02/2026;m1;4\n"
     "1/3/2026;m1;?\n2/3/2026;m1;six\n3/3/2026;m1;7,25\n4/3/2026;m1;8\n",
     "decimal: \",\"}\nmissing: [\"\", \"?\"]\nfields:\n"
     "  time: {column: date, format: \"%d/%m/%Y\"}\n",
     NULL, "", "", ""},
    {"who.csv", "readings", "time,user key,value\n2026-01-01,u1,1\n2026-01-02,u1,2\n", NULL,
     "does column 'user key' (such as 'u1') name the device?", "", "", ""},
    {"who.csv", "readings", "time,user key,value\n2026-01-01,u1,1\n2026-01-02,u1,2\n",
     "  device: {column: \"user key\"}\n", NULL, "", "user key", ""},
    {"who.csv", "readings", "time,user key,value\n2026-01-01,u1,1\n2026-01-02,u1,2\n",
     "  device: {constant: \"{device}\"}\n", NULL, "", "none", ""},
    {"twice.csv", "readings", "time,value\n2026-01-01,1\n2026-01-01,2\n", NULL,
     "lines 2 and 3 would be the same reading", "", "", ""},
    {"wo.csv", "work_orders",
     "工单号,报修时间,工单类别,完成时间,费用,别的\n"
     "W1,2026年1月5日 8时30分,投诉,,12.5,x\nW2,2026年1月6日 18时05分,报修,2026-01-07,,y\n",
     "fields:\n  created: {column: \"报修时间\", format: \"%Y年%m月%d日 %H时%M分\"}\n"
     "  order: {column: \"工单号\"}\n  category: {column: \"工单类别\", values: {\"给排水\": water",
     NULL, "", "", ""},
    {"wo2.csv", "work_orders",
     "工单号,报修时间,完成时间,费用,别的\nW1,2026-01-05 08:30,2026-01-07,12.5,x\n",
     "  resolved: {column: \"完成时间\", format: iso}\n  cost: {column: \"费用\"}\n", NULL, "", "",
     ""},
    {"words.csv", "devices",
     "表号,类型,角色,读数类别\nD1,水表,总表,累计值\nD2,电,户表,累计值\nD3,泵,,\n",
     "  device: {column: \"表号\"}\n  kind: {column: \"类型\", values: {\"水\": water, \"水表\": "
     "water, ",
     NULL, "", "", ""},
    {"dev.csv", "devices", "设备编号,楼栋,面积,倍率\nD1,1号楼,80.5,20\nD2,2号楼,,1\n",
     "fields:\n  valid_from: {constant: \"1970-01-01\"}\n  device: {column: \"设备编号\"}\n"
     "  building: {column: \"楼栋\"}\n  multiplier: {column: \"倍率\"}\n"
     "  area_m2: {column: \"面积\"}\n",
     NULL, "", "", ""},
    {"days-2026-10.csv", "readings",
     "表号,房号,1,2,3,4,5,6,7\n0101,1-101,10,11,12,13,14,15,16\n0102,1-102,20,,22,23,24,25,26\n",
     "file_name: \"days-{month}.csv\"\nfields:\n  device: {column: \"表号\"}\n"
     "  channel: {constant: value}\nwide:\n  into: value\n"
     "  days: {month: {constant: \"{month}\"}, hour: 24}\n",
     NULL, "", "", "24"},
    {"days.csv", "readings",
     "表号,月份,27日,28日,29日,30日,31日,1日\nA,2026年9月,1,2,3,4,,6\nB,2026年8月,1,2,3,4,5,6\n",
     "  days: {month: {column: \"月份\"}, hour: 0}\n", NULL, "", "", "0"},
    {"dated.csv", "readings",
     "meter,2026-10-01,2026-10-02,2026-10-03,2026-10-04,2026-10-05\nA,1,2,3,4,5\nB,2,3,4,5,6\n",
     "wide:\n  into: value\n  days: {hour: 8}\n", NULL, "", "", "8"},
    {"title.csv", "readings",
     "翠湖花园 2026年10月份抄表\n表号,1,2,3,4,5,6\nA,1,2,3,4,5,6\nB,2,3,4,5,6,7\n",
     "  days: {month: {title: yes}, hour: 24}\n", NULL, "", "", "24"},
    {"nomonth.csv", "readings", "表号,1,2,3,4,5,6\nA,1,2,3,4,5,6\nB,2,3,4,5,6,7\n", NULL,
     "of which month are the columns of days?", "", "", "24"},
    {"days-202610.csv", "readings", "表号,1,2,3,4,5,6\nA,1,2,3,4,5,6\nB,2,3,4,5,6,7\n", NULL,
     "at which hour of its day was the value of a day taken?", "", "", ""},
    {"sheet.csv", "readings",
     "房号,表号,上期读数,本期读数,用量,抄表日期,单价,金额\n1-101,0101,100,120,20,2026-10-31,4.1,"
     "82\n"
     "1-102,0102,50,51.5,1.5,2026-10-31,4.1,6.15\n",
     "fields:\n  time: {column: \"抄表日期\", format: iso, hour: 24}\n"
     "  device: {column: \"表号\"}\n  channel: {constant: value}\n"
     "  value: {column: \"本期读数\"}\nprevious:\n  value: {column: \"上期读数\"}\n"
     "registry: {value_kind: register, dwelling: {column: \"房号\"}}\n",
     NULL, "", "", "24"},
    {"places.csv", "readings",
     "项目,楼栋,表号,时间,读数(kWh)\n翠湖花园,1栋,A1,2026-10-01 00:00,1\n,,A2,2026-10-01 00:00,2\n"
     "滨江苑,1栋,B1,2026-10-01 00:00,3\n,,B2,2026-10-01 00:00,4\n",
     "registry: {unit: kWh, site: {column: \"项目\", fill_down: yes}, "
     "building: {column: \"楼栋\", fill_down: yes}}\n",
     NULL, "", "", ""},
    {"numbers.csv", "readings",
     "楼栋,表号,时间,冷水,热水\n1,A1,2026-10-01 00:00,1,2\n2,A2,2026-10-01 00:00,3,4\n",
     "  columns:\n  - {column: \"冷水\", channel: \"冷水\"}\n"
     "  - {column: \"热水\", channel: \"热水\"}\n"
     "registry: {building: {column: \"楼栋\"}}\n",
     NULL, "", "", ""},
    /* A meter in two estates: the column says something else. */
    {"moved.csv", "readings",
     "项目,表号,时间,读数\n翠湖花园,A1,2026-10-01 00:00,1\n滨江苑,A1,2026-10-02 00:00,2\n",
     "  value: {column: \"读数\"}\n", NULL, "", "", ""},
    {"sheet2.csv", "readings",
     "meter no,previous reading,previous reading date,current reading,reading date\n"
     "A,1,2026-09-30 08:00,2,2026-10-31 09:00\nB,3,2026-09-30 08:10,4,2026-10-31 09:05\n",
     "previous:\n  value: {column: \"previous reading\"}\n"
     "  time: {column: \"previous reading date\", format: iso}\n",
     NULL, "", "", ""},
    {"sheet3.csv", "readings", "表号,上期读数,本期读数,抄表日期\nA,1,2,2026-10-31\n", NULL,
     "at which hour of its day was a reading taken?", "", "", ""},
    {"tou.csv", "readings",
     "时间,表号,总(kWh),尖,峰,平,谷\n2026-10-01 00:00,E1,10.05,1,2.01,3.02,4.02\n"
     "2026-10-01 00:15,E1,10.06,1,2.01,3.02,4.03\n",
     "  - {column: \"总(kWh)\", channel: T0, unit: kWh}\n  - {column: \"尖\", channel: T1}\n"
     "  - {column: \"峰\", channel: T2}\n  - {column: \"平\", channel: T3}\n"
     "  - {column: \"谷\", channel: T4}\n"
     "sums:\n- {total: T0, parts: [T1, T2, T3, T4], tolerance: 0.03}\n",
     NULL, "", "", ""},
    {"merged.csv", "readings",
     "meter,time,value\nA,2026-10-01 00:00,1\n,2026-10-01 01:00,2\nB,2026-10-01 00:00,3\n"
     ",2026-10-01 01:00,4\n",
     "  device: {column: meter, fill_down: yes}\n", NULL, "", "", ""},
    {"estates.csv", "devices",
     "项目,楼栋,表号,类型\n翠湖花园,1栋,A1,水表\n,,A2,水表\n滨江苑,1栋,B1,水表\n,,B2,水表\n",
     "  site: {column: \"项目\", fill_down: yes}\n"
     "  building: {column: \"楼栋\", fill_down: yes}\n",
     NULL, "", "", ""},
    /* A name that stands twice is written where it is meant; one name alone tells nothing. */
    {"sparse.csv", "devices",
     "项目,楼栋,表号,类型\n翠湖花园,1栋,A1,水表\n,1栋,A2,水表\n,,B1,水表\n,2栋,B2,水表\n",
     "  site: {column: \"项目\"}\n  building: {column: \"楼栋\"}\n", NULL, "", "", ""},
    {"tickets.csv", "work_orders",
     "工单号,状态,更新时间,报修时间,工单类别\nW1,待派单,2026-10-01 08:00,2026-10-01 08:00,x\n"
     "W1,完成,2026-10-01 10:00,2026-10-01 08:00,x\nW2,待派单,2026-10-02 08:00,2026-10-02 08:00,y\n",
     "fold:\n  into: orders\n  key: {column: \"工单号\"}\n  state: {column: \"状态\"}\n"
     "  time: {column: \"更新时间\", format: iso}\n  blank: empty\n"
     "fields:\n  created: {column: \"报修时间\", format: iso}\n",
     NULL, "", "", ""},
    {"lifts.csv", "faults",
     "电梯编号,时间,状态,故障代码\nL1,2026-10-01 08:00,正常,\nL1,2026-10-01 09:00,停梯,E5\n"
     "L1,2026-10-01 10:00,正常,\nL2,2026-10-01 08:00,未知,\n",
     "  state: {column: \"状态\", values: {\"正常\": up, \"停梯\": down, \"未知\": unknown}}\n"
     "  unknown: ends\n  before: keep\n  time: {column: \"时间\", format: iso}\n"
     "fields:\n  time: \"{start}\"\n  restored: \"{end}\"\n  note: \"{ending}\"\n"
     "  device: {column: \"电梯编号\"}\n  code: {column: \"故障代码\"}\n",
     NULL, "", "", ""},
    {"nokey.csv", "faults", "time,code\n2026-01-01,E1\n", NULL,
     "no column is the 'device' of 'faults'", "", "", ""},
    {"notime.csv", "readings", "a,b\n1,2\n3,4\n", NULL, "no column looks like the time", "", "",
     ""},
    {"words.csv", "readings", "time,device\n2026-01-01,x\n2026-01-02,y\n", NULL,
     "no column holds numbers", "", "", ""},
    {"twice.csv", "readings", "device,time,v,v\nA,2026-01-01,1,2\n", NULL,
     "line 1 names two columns 'v'", "", "", ""},
    {"ways.csv", "readings", "device,time,v\nA,2026-01-01,1\nB,2/1/2026,1\nC,2026.1.3,2\n", NULL,
     "the times in column 'time' are written in several ways: '2026-01-01', in line 3 '2/1/2026'",
     "", "", ""},
    {"years.csv", "readings", "device,time,v\nA,2026-01-01,1\nB,2026/1/2,1\nC,2026.1.3,2\n",
     "  time: {column: time, format: year_first}\n", NULL, "", "", ""},
    {"what.csv", "readings", "device,time,v\nA,Monday,1\n", NULL,
     "column 'time' is named as the time, but what is 'Monday'?", "", "", ""},
    {"texts.csv", "readings", "device,time,value\nA,2026-01-01,(4.25)\nB,2026-01-01,low\n", NULL,
     "column 'value' is named as the values, but too many of its cells are no numbers, such as "
     "'low' in line 3",
     "", "", ""},
    {"brackets.csv", "readings", "device,time,value\nA,2026-01-01,(4.25)\nB,2026-01-01,7\n",
     "  value: {column: value}\n", NULL, "", "", ""},
    {"behind.csv", "readings", "device,time,value\nA,2026-01-01,4.25-\nB,2026-01-01,7\n",
     "decimal: \".\", minus: behind}\n", NULL, "", "", ""},
    {"roc1.csv", "readings", "表號,日期,讀數\nA,113/10/01,1\nA,113/10/2,2\n",
     "  time: {column: \"日期\", format: \"%E/%m/%d\"}\n", NULL, "", "", ""},
    {"roc2.csv", "readings",
     "表號,抄表,讀數\nA,民國113年10月1日,1\nA,113年10月2日,2\nA,99年1月2日,2\n",
     "  time: {column: \"抄表\", format: \"%E年%m月%d日\"}\n", NULL, "", "", ""},
    {"roc3.csv", "readings", "表號,t,讀數\nA,113年10月1日 下午2:05,1\nA,113年10月2日 上午9:30,2\n",
     "  time: {column: t, format: \"%E年%m月%d日 %p%I:%M\"}\n", NULL, "", "", ""},
    {"roc4.csv", "readings", "表號,日期,讀數\nA,1131001,1\nA,1131002,2\n",
     "  time: {column: \"日期\", format: \"%E%m%d\"}\n", NULL, "", "", ""},
    {"roc5.csv", "readings", "表號,日期,時間,讀數\nA,113/10/01,08:00,1\nA,113/10/01,08:15,2\n",
     "  time: {columns: [\"日期\", \"時間\"], format: \"%E/%m/%d %H:%M\"}\n", NULL, "", "", ""},
    /* Seven digits, or dashes, without a word for it are no date. */
    {"roc6.csv", "readings", "time,meter,value\n2026-01-01,1131001,1131001\n",
     "  value: {column: value}\n", NULL, "", "", ""},
    {"roc7.csv", "readings", "time,房号,value\n2026-01-01,113-10-01,5\n2026-01-01,113-10-02,6\n",
     "  device: {column: \"房号\"}\n", NULL, "", "房号", ""},
    /* 2010, or 1999? */
    {"roc8.csv", "readings", "meter,date,value\nA,99/10/01,1\nA,99/10/31,2\n", NULL,
     "is '99/10/01' a year of this calendar, or of the Republic of China (民國)?", "", "", ""},
    {"roc9.csv", "readings", "meter,date,value\nA,99/10/01,1\nA,99/10/31,2\n",
     "  time: {column: date, format: \"%E/%m/%d\"}\n", NULL, "%E/%m/%d", "", ""},
    /* A year of four digits among them: not all cells fit. */
    {"roc10.csv", "readings",
     "meter,date,value\nA,113/10/01,1\nA,2024/10/02,2\nA,113/10/03,2\nA,2024/10/04,2\n", NULL,
     "the times in column 'date' are written in several ways", "", "", ""},
    {"roc-days.csv", "readings", "翠湖 民國113年10月份抄表\n表號,29,30,31,1,2\n0301,1,2,3,4,5\n",
     "  days: {month: {title: yes}, hour: 24}\n", NULL, "", "", "24"},
    {"hours.csv", "readings",
     "device,time,value,24-Hour Total\nA,2026-01-01 00:00,1,2\nB,2026-01-01 00:00,3,4\n",
     "  value: {column: value}\n", NULL, "", "", ""},
    {"prose.txt", "readings", "nothing\nhere\n", NULL, "no separator cuts the lines", "", "", ""},
    {"x.json", "readings", "{\"a\": [1, 2]}\n", NULL, "no column looks like the time", "", "", ""},
    {"x.jsonl", "readings",
     "{\"time\": \"2026-01-01T00:00:00Z\", \"meter\": \"m1\", \"d\": {\"value\": 1.5}}\n"
     "{\"time\": \"2026-01-01T01:00:00Z\", \"meter\": \"m1\", \"d\": {\"value\": 2}}\n",
     "format: {container: jsonl, decimal: \".\"}\nmissing: [\"\"]\nfields:\n"
     "  time: {column: time, format: iso}\n  device: {column: meter}\n"
     "  channel: {constant: value}\n  value: {column: d.value}\n",
     NULL, "", "", ""},
    {"x.lp", "readings",
     "power,meter=m1 active=1.5 1767225600000000000\npower,meter=m2 active=2 1767225600000000000\n",
     "format: {container: line_protocol, decimal: \".\"}\nmissing: [\"\"]\nfields:\n"
     "  time: {column: time, format: epoch_ns}\n  device: {column: tag.meter}\n"
     "  channel: {column: field}\n  value: {column: value}\n",
     NULL, "", "", ""},
    {"gbk.csv", "readings", "\xCA\xB1\xBC\xE4,\xD6\xB5\n2026-01-01,1\n",
     "encoding: GB18030}\nmissing: [\"\"]\nfile_name: \"{device}.csv\"\nfields:\n"
     "  time: {column: \"时间\", format: iso}\n",
     NULL, "", "", ""},
    {"head.csv", "readings", "time,device,value\n", NULL, "nothing below it", "", "", ""},
    {"empty.csv", "readings", "", NULL, "is empty", "", "", ""},
};

static void check_case(struct bench *bench, unsigned i)
{
    struct stw_buffer map, reasons;
    struct stw_input *input;
    struct stw_error *err = &bench->err;
    struct stw_sniff_answers answers = {.time_format = stw_slice_of(cases[i].time_format),
                                        .device = stw_slice_of(cases[i].device)};
    answers.hour_told = cases[i].hour != NULL && cases[i].hour[0] != '\0';
    answers.hour = answers.hour_told ? atoi(cases[i].hour) : 0;
    const struct stw_table *table =
        stw_schema_find(stw_store_schema(bench->store), stw_slice_of(cases[i].table));
    stw_buffer_init(&map);
    stw_buffer_init(&reasons);
    stw_error_clear(err);
    const char *path = bench_file(bench, cases[i].name, cases[i].text);
    CU_ASSERT_EQUAL_FATAL(stw_input_open(&input, stw_io_system(), path, err), STW_OK);
    int status = stw_sniff(input, path, table, &answers, &map, &reasons, err);
    stw_input_close(input);
    struct stw_slice got = stw_buffer_slice(&map);
    if (cases[i].map == NULL) {
        STW_EXPECT(status < 0 && strstr(err->what, cases[i].question) != NULL,
                   "%s: %d %s (%s)\n%.*s", cases[i].name, status, err->what, err->hint,
                   STW_SLICE_ARG(got));
    } else {
        bool found = memmem(got.data, got.size, cases[i].map, strlen(cases[i].map)) != NULL;
        STW_EXPECT(status == STW_OK && found, "%s: %d %s (%s)\n%.*s", cases[i].name, status,
                   err->what, err->hint, STW_SLICE_ARG(got));
        /* What it writes is a map, and the file goes through it. */
        stw_buffer_add_char(&map, '\0');
        if (status == STW_OK && bench_map(bench, map.data)) {
            uint64_t slips = strcmp(cases[i].name, "slips.csv") == 0 ? 2 : 0;
            STW_EXPECT(bench_ingest(bench, path) == STW_OK && bench->result.rejected == slips,
                       "%s: %s: %s, %d rejected", cases[i].name, err->where, err->what,
                       (int)bench->result.rejected);
        }
        CU_ASSERT(reasons.size > 0);
    }
    stw_buffer_release(&map);
    stw_buffer_release(&reasons);
}

static void maps_or_asks(void)
{
    struct bench bench;
    bench_open(&bench, "Asia/Shanghai");
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_case(&bench, i);
    bench_close(&bench);
}

STW_SUITE(sniff, {"maps or asks", maps_or_asks});
